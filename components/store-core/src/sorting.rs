//! One sort for all types: the standard library's has a copy of some kilobytes for each type that it sorts, which a
//! component whose size counts cannot spare for a few lists of names.

use std::cmp::Ordering;

/// Sorts by a comparison; equal ones stay as they are.
pub(crate) fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut order = order(items.len(), &mut |one, other| match (items.get(one as usize), items.get(other as usize)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    arrange(&mut order, &mut |one, other| items.swap(one, other));
}

/// Sorts by what a function makes of each; equal ones stay as they are.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Which one comes first, second, …: runs of 1, 2, 4 … are merged.
#[inline(never)]
fn order(len: usize, compare: &mut dyn FnMut(u32, u32) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..len as u32).collect();
    let mut merged = Vec::with_capacity(len);
    let mut run = 1;
    while run < len {
        merged.clear();
        for pair in order.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at_checked(run).unwrap_or((pair, &[]));
            while let ([one, left_rest @ ..], [other, right_rest @ ..]) = (left, right) {
                if compare(*one, *other).is_gt() {
                    merged.push(*other);
                    right = right_rest;
                } else {
                    merged.push(*one);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut order, &mut merged);
        run *= 2;
    }
    order
}

/// Brings everyone to its place, one cycle of exchanges after the other.
#[inline(never)]
fn arrange(order: &mut [u32], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        while let Some(place) = order.get_mut(at) {
            let from = std::mem::replace(place, at as u32) as usize;
            if from == start || from == at {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_sorted_and_equal_ones_keep_their_order() {
        let mut state = 7_u64;
        for len in 0..200 {
            let mut items: Vec<(u64, usize)> = (0..len)
                .map(|index| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((state >> 33) % 50, index)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort();
            sort_by_key(&mut items, |(number, _)| *number);
            assert_eq!(items, expected, "{len} items");
        }
    }
}
