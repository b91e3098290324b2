//! Whether two replies are the same but for what is free by nature.

use ferrite_tests::transcript::Frame;

/// What of a command's reply is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Free {
    /// Nothing: the same bytes.
    Nothing,
    /// The order of the elements of the innermost array.
    Order,
    /// Numbers, by so much: the two servers read their clocks at different moments.
    Near(i64),
    /// Everything but the first byte, that is the type; errors are equal.
    Kind,
}

/// Whether both replies are as good as each other.
pub(crate) fn same(free: Free, redis: &Frame, ferrite: &Frame) -> bool {
    if redis == ferrite {
        return true;
    }
    let is_error = redis.header.starts_with(b"-") || ferrite.header.starts_with(b"-");
    match free {
        _ if is_error => false,
        Free::Nothing => false,
        Free::Kind => {
            let is_null = |frame: &Frame| matches!(frame.header.as_slice(), b"$-1" | b"_" | b"*-1");
            redis.header.first() == ferrite.header.first() && is_null(redis) == is_null(ferrite)
        }
        Free::Near(by) => {
            number(redis).zip(number(ferrite)).is_some_and(|(a, b)| a >= 0 && b >= 0 && (a - b).abs() <= by)
        }
        Free::Order => sorted(redis) == sorted(ferrite),
    }
}

/// Whether the replies of EXEC are the same, each command's by what is free in it.
pub(crate) fn same_exec(queue: &[Free], redis: &Frame, ferrite: &Frame) -> bool {
    if redis.children.len() != queue.len() || redis.header != ferrite.header {
        return redis == ferrite;
    }
    let pairs = redis.children.iter().zip(&ferrite.children);
    pairs.zip(queue).all(|((redis, ferrite), free)| same(*free, redis, ferrite))
}

fn number(frame: &Frame) -> Option<i64> {
    let digits = frame.header.strip_prefix(b":")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The reply with the elements of the arrays of bulk strings in order: SCAN's cursor stays where it is.
fn sorted(frame: &Frame) -> Frame {
    let mut frame = frame.clone();
    if frame.children.iter().any(|child| !child.children.is_empty()) {
        frame.children = frame.children.iter().map(sorted).collect();
    } else {
        frame.children.sort_by(|a, b| a.payload.cmp(&b.payload));
    }
    frame
}
