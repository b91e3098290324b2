//! Whether two replies are the same but for what is free by nature.

use ferrite_tests::transcript::Frame;

/// What of a command's reply is free. Errors never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Free {
    /// Nothing: the same bytes.
    Nothing,
    /// `~order`: the order of the elements, and of those behind SCAN's cursor.
    Order,
    /// `~pairs`: the order of pairs, likewise.
    Pairs,
    /// `~near`: a moment or a duration, in seconds or milliseconds: the two servers' clocks are read at different times.
    Near,
    /// `~idle`: such figures of pending entries and consumers.
    Idle,
    /// `~close`: the last digits of decimal numbers, which the sines of two machines may not agree about.
    Close,
    /// `~chosen`: which elements; all are elements of the session's last reply, and there are as many.
    Chosen,
    /// `~kind`: everything but the first byte, that is the type.
    Kind,
}

/// How far two moments or durations may be apart, in milliseconds: a loaded machine fails nothing.
const APART: i64 = 30_000;

impl Free {
    pub(crate) fn named(name: &str) -> Option<Free> {
        Some(match name {
            "order" => Free::Order,
            "pairs" => Free::Pairs,
            "near" => Free::Near,
            "idle" => Free::Idle,
            "close" => Free::Close,
            "chosen" => Free::Chosen,
            "kind" => Free::Kind,
            _ => return None,
        })
    }
}

/// Replies of both to one command.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) redis: Frame,
    pub(crate) ferrite: Frame,
}

impl Pair {
    /// Whether both replies are as good as each other. `before` are the last ones.
    pub(crate) fn same(&self, free: Free, before: Option<&Pair>) -> bool {
        let Pair { redis, ferrite } = self;
        if redis.header.starts_with(b"-") || ferrite.header.starts_with(b"-") {
            return redis == ferrite;
        }
        match free {
            Free::Nothing => redis == ferrite,
            Free::Kind => {
                let is_null = |frame: &Frame| matches!(frame.header.as_slice(), b"$-1" | b"_" | b"*-1");
                redis.header.first() == ferrite.header.first() && is_null(redis) == is_null(ferrite)
            }
            Free::Near => redis == ferrite || near(redis, ferrite),
            Free::Idle => same_but_idle(redis, ferrite, false),
            Free::Order => redis == ferrite || sorted(redis, 1) == sorted(ferrite, 1),
            Free::Pairs => redis == ferrite || sorted(redis, 2) == sorted(ferrite, 2),
            Free::Close => close(redis, ferrite),
            Free::Chosen => before.is_none_or(|before| {
                same_shape(redis, ferrite) && is_of(redis, &before.redis) && is_of(ferrite, &before.ferrite)
            }),
        }
    }
}

fn number(frame: &Frame) -> Option<i64> {
    let digits = frame.header.strip_prefix(b":")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn near(redis: &Frame, ferrite: &Frame) -> bool {
    number(redis).zip(number(ferrite)).is_some_and(|(a, b)| a >= 0 && b >= 0 && (a - b).abs() <= APART)
}

fn close(redis: &Frame, ferrite: &Frame) -> bool {
    /// How far apart numbers may be, as a part of the number.
    const TOLERANCE: f64 = 1e-12;
    let decimal = |frame: &Frame| {
        let text = frame.payload.as_deref().or(frame.header.strip_prefix(b","))?;
        std::str::from_utf8(text).ok()?.parse::<f64>().ok()
    };
    let same = redis.header == ferrite.header && redis.payload == ferrite.payload;
    let (left, right) = (&redis.children, &ferrite.children);
    let is_near = || decimal(redis).zip(decimal(ferrite)).is_some_and(|(a, b)| (a - b).abs() <= TOLERANCE * a.abs());
    (same || is_near()) && left.len() == right.len() && left.iter().zip(right).all(|(a, b)| close(a, b))
}

/// Whether it is the id of an entry of a stream.
fn is_id(frame: &Frame) -> bool {
    frame
        .payload
        .as_ref()
        .is_some_and(|id| id.contains(&b'-') && id.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-'))
}

/// Whether only times differ: of a pending entry (id, consumer, *time*, deliveries), or behind `idle` and `seen-time`.
fn same_but_idle(redis: &Frame, ferrite: &Frame, is_time: bool) -> bool {
    if redis.header != ferrite.header || redis.payload != ferrite.payload {
        return is_time && near(redis, ferrite);
    }
    if redis.children.len() != ferrite.children.len() {
        return false;
    }
    let length = redis.children.len();
    let is_pending = length >= 3
        && redis.children.first().is_some_and(is_id)
        && redis.children.last().is_some_and(|last| number(last).is_some());
    let mut is_time = false;
    redis.children.iter().zip(&ferrite.children).enumerate().all(|(at, (redis, ferrite))| {
        let same = same_but_idle(redis, ferrite, is_time || (is_pending && at + 2 == length));
        is_time = matches!(redis.payload.as_deref(), Some(b"idle" | b"seen-time"));
        same
    })
}

/// The reply with its elements in order, in groups of so many: SCAN's cursor stays where it is.
fn sorted(frame: &Frame, group: usize) -> Frame {
    let mut frame = frame.clone();
    let is_scan = matches!(frame.children.as_slice(), [cursor, found]
        if cursor.payload.is_some() && found.header.starts_with(b"*"));
    match frame.children.last_mut() {
        Some(found) if is_scan => *found = sorted(found, group),
        _ => {
            let mut groups: Vec<Vec<Frame>> = frame.children.chunks(group).map(<[Frame]>::to_vec).collect();
            groups.sort_by_key(|group| group.iter().flat_map(words).collect::<Vec<_>>());
            frame.children = groups.concat();
        }
    }
    frame
}

/// All strings and numbers of a reply, in order.
fn words(frame: &Frame) -> Vec<Vec<u8>> {
    match &frame.payload {
        Some(payload) => vec![payload.clone()],
        None if frame.children.is_empty() => vec![frame.header.clone()],
        None => frame.children.iter().flat_map(words).collect(),
    }
}

/// Whether the first lines are the same but for the lengths of strings and the values of numbers.
fn same_shape(redis: &Frame, ferrite: &Frame) -> bool {
    match (redis.payload.is_some(), ferrite.payload.is_some()) {
        (true, true) => true,
        (false, false) if redis.children.is_empty() => {
            redis.header == ferrite.header || (redis.header.starts_with(b",") && ferrite.header.starts_with(b","))
        }
        (false, false) => {
            redis.header == ferrite.header
                && redis.children.iter().zip(&ferrite.children).all(|(redis, ferrite)| same_shape(redis, ferrite))
        }
        _ => false,
    }
}

/// Whether every string of the reply is one of the other's.
fn is_of(frame: &Frame, all: &Frame) -> bool {
    let all = words(all);
    frame.header == b"$-1" || frame.header == b"_" || frame.header.starts_with(b"*0") || frame.header == b"~0" || {
        words(frame).iter().all(|word| all.contains(word))
    }
}
