//! `save`: after so many seconds, if there were so many changes.

/// Pairs of seconds and changes, none for never.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Points(Vec<(u64, u64)>);

impl Points {
    /// Such as `3600 1 300 100 60 10000`; the empty text is never.
    pub(super) fn parse(text: &str) -> Option<Points> {
        let numbers: Vec<u64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        let pairs = numbers.chunks(2).map(|pair| match pair {
            &[seconds, changes] if seconds > 0 => Some((seconds, changes)),
            _ => None,
        });
        pairs.collect::<Option<Vec<_>>>().map(Points)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a snapshot is due that is so old, with so many changes since.
    pub(super) fn are_due(&self, seconds: u64, changes: u64) -> bool {
        changes > 0 && self.0.iter().any(|&(after, least)| seconds > after && changes >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::Points;

    #[test]
    fn a_snapshot_is_due_when_any_pair_says_so() {
        let points = Points::parse("3600 1 300 100 60 10000").expect("three pairs");
        assert!(!points.are_due(60, 10_000));
        assert!(points.are_due(61, 10_000));
        assert!(!points.are_due(61, 9_999));
        assert!(points.are_due(3_601, 1) && !points.are_due(3_601, 0));
        assert!(!Points::parse("").expect("never").are_due(u64::MAX, u64::MAX));
        for text in ["1", "x 1", "0 1", "60 10 5"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
    }
}
