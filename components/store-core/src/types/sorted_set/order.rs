//! The order of sorted sets: by score, then by the bytes of the member.

use std::cmp::Ordering;

/// A cut between two members, one or both of which may be missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut<'a> {
    score: u64,
    tie: Tie<'a>,
}

/// Where among the members that have the same score.
#[derive(Clone, Copy, Debug)]
enum Tie<'a> {
    First,
    Before(&'a [u8]),
    After(&'a [u8]),
    Last,
}

impl<'a> Cut<'a> {
    /// In front of all members with this score.
    pub(crate) fn before_score(score: f64) -> Cut<'a> {
        Cut { score: sortable(score), tie: Tie::First }
    }

    /// Behind all members with this score.
    pub(crate) fn after_score(score: f64) -> Cut<'a> {
        Cut { score: sortable(score), tie: Tie::Last }
    }

    /// In front of this member, or where it would be.
    #[inline]
    pub(crate) fn before(score: f64, member: &'a [u8]) -> Cut<'a> {
        Cut { score: sortable(score), tie: Tie::Before(member) }
    }

    /// Behind this member, or where it would be.
    pub(crate) fn after(score: f64, member: &'a [u8]) -> Cut<'a> {
        Cut { score: sortable(score), tie: Tie::After(member) }
    }

    /// What [`Cut::is_behind`] compares first.
    #[inline]
    pub(crate) fn prefix(&self) -> u32 {
        prefix(self.score)
    }

    /// Whether a member with this score is in front of the cut.
    #[inline]
    pub(crate) fn is_behind(&self, score: f64, member: &[u8]) -> bool {
        match sortable(score).cmp(&self.score) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => match self.tie {
                Tie::First => false,
                Tie::Before(bytes) => compare_bytes(member, bytes) == Ordering::Less,
                Tie::After(bytes) => compare_bytes(member, bytes) != Ordering::Greater,
                Tie::Last => true,
            },
        }
    }
}

/// The leading bits of a score: where those of two scores differ, they are in the order of the scores. Whole numbers
/// below two million differ in them.
#[inline]
pub(crate) fn score_prefix(score: f64) -> u32 {
    prefix(sortable(score))
}

#[inline]
fn prefix(sortable: u64) -> u32 {
    (sortable >> 32) as u32
}

/// A score as a number in the same order. Both zeros are one.
#[inline]
fn sortable(score: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = (score + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The order of two members with their scores.
pub(crate) fn compare(one: (f64, &[u8]), other: (f64, &[u8])) -> Ordering {
    sortable(one.0).cmp(&sortable(other.0)).then_with(|| compare_bytes(one.1, other.1))
}

/// The order of bytes; of two that begin alike the shorter first. Without a call: `memcmp` goes byte by byte on wasm.
#[inline]
pub(crate) fn compare_bytes(one: &[u8], other: &[u8]) -> Ordering {
    let (mut a, mut b) = (one, other);
    while let (Some((x, rest)), Some((y, other_rest))) = (a.split_first_chunk::<8>(), b.split_first_chunk::<8>()) {
        let (x, y) = (u64::from_be_bytes(*x), u64::from_be_bytes(*y));
        if x != y {
            return x.cmp(&y);
        }
        (a, b) = (rest, other_rest);
    }
    for (x, y) in a.iter().zip(b) {
        if x != y {
            return x.cmp(y);
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sortable_scores_are_in_the_order_of_scores() {
        let scores = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1e10,
            -1.5,
            -1.0,
            -f64::MIN_POSITIVE,
            -5e-324,
            0.0,
            5e-324,
            1.0,
            1.0 + f64::EPSILON,
            1e300,
            f64::MAX,
            f64::INFINITY,
        ];
        assert!(scores.map(sortable).is_sorted_by(|one, next| one < next));
        assert!(scores.map(score_prefix).is_sorted());
        assert_eq!(sortable(-0.0), sortable(0.0));
    }

    #[test]
    fn bytes_compare_as_slices_do() {
        let texts: Vec<Vec<u8>> = (0..40).map(|len| vec![b'x'; len]).collect();
        let mut texts: Vec<Vec<u8>> = texts
            .iter()
            .flat_map(|text| {
                let ends = [&b""[..], b"\0", b"a", b"\xff", b"abcdefgh"];
                ends.map(|end| [text, end].concat())
            })
            .collect();
        texts.push(b"\xff\xff\xff\xff\xff\xff\xff\xff".to_vec());
        for one in &texts {
            for other in &texts {
                assert_eq!(compare_bytes(one, other), one.cmp(other), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn cuts_lie_around_their_member() {
        assert!(!Cut::before(1.0, b"b").is_behind(1.0, b"b") && Cut::after(1.0, b"b").is_behind(1.0, b"b"));
        assert!(Cut::before(1.0, b"b").is_behind(1.0, b"a") && !Cut::after(1.0, b"b").is_behind(1.0, b"ba"));
        assert!(!Cut::before_score(0.0).is_behind(-0.0, b"") && Cut::after_score(-0.0).is_behind(0.0, b"z"));
        assert!(!Cut::after_score(0.0).is_behind(1.0, b""));
    }
}
