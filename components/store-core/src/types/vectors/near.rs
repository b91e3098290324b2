//! What is near something, and how near.

use std::cmp::Ordering;

/// A slot that is near something, ordered by how near, then by number, so that every run gives the same graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// How far it is.
    pub distance: f32,
    /// Which it is.
    pub slot: u32,
}

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Near) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Near) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.slot.cmp(&other.slot))
    }
}

/// The same in one number with the same order, as a search has many of them to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u64);

/// Sorts keys, in steps that become shorter (D. L. Shell, 1959). The standard library's sort is some kilobytes of code, which
/// a component whose size counts cannot spare for a few hundred numbers at a time.
pub(super) fn sort(keys: &mut [Key]) {
    let mut step = 1;
    while step < keys.len() / 3 {
        step = 3 * step + 1;
    }
    while step > 0 {
        for end in step..keys.len() {
            let mut at = end;
            while at >= step
                && let Some([first, .., last]) = keys.get_mut(at - step..=at)
                && *last < *first
            {
                std::mem::swap(first, last);
                at -= step;
            }
        }
        step /= 3;
    }
}

impl Key {
    /// A slot and how far it is.
    #[inline(always)]
    pub(super) fn new(distance: f32, slot: u32) -> Key {
        let bits = distance.to_bits();
        // Negative numbers grow downwards.
        let ordered = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
        Key(u64::from(ordered) << 32 | u64::from(slot))
    }

    /// Which it is.
    #[inline(always)]
    pub(super) fn slot(self) -> u32 {
        self.0 as u32
    }

    /// How far it is.
    #[inline(always)]
    pub(super) fn distance(self) -> f32 {
        let ordered = (self.0 >> 32) as u32;
        f32::from_bits(if ordered >> 31 == 0 { !ordered } else { ordered & !(1 << 31) })
    }

    /// As others see it.
    pub(super) fn near(self) -> Near {
        Near { distance: self.distance(), slot: self.slot() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_order_of_what_it_stands_for() {
        let distances = [f32::NEG_INFINITY, -2.5, -1e-40, -0.0, 0.0, 1e-40, 1.0, 2.5, f32::INFINITY, f32::NAN];
        let near = distances.into_iter().flat_map(|distance| [3, u32::MAX].map(|slot| Near { distance, slot }));
        let near: Vec<Near> = near.collect();
        for a in &near {
            let key = Key::new(a.distance, a.slot);
            assert_eq!(key.near().distance.to_bits(), a.distance.to_bits());
            assert_eq!(key.near().slot, a.slot);
            for b in &near {
                assert_eq!(key.cmp(&Key::new(b.distance, b.slot)), a.cmp(b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn keys_are_sorted() {
        for count in 0..200_u32 {
            let mut keys: Vec<Key> = (0..count).map(|at| Key::new(((at * 7919) % 101) as f32 - 50.0, at)).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            sort(&mut keys);
            assert_eq!(keys, expected);
        }
    }
}
