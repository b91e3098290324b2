//! The order: by numbers or by bytes, of the elements or of what BY finds for them.

use std::cmp::Ordering;

use ferrite_resp::number;

use super::arena::{Arena, Span};
use super::{Options, pattern};
use crate::error::{Error, c_string};
use crate::keyspace::{Database, Keyspace};

/// An element with what it is sorted by.
#[derive(Clone, Copy, Default)]
struct Item {
    element: Span,
    number: f64,
    /// None where BY found nothing.
    text: Option<Span>,
}

/// Sorts the elements. Those that are equal stay in the order in which they were.
pub(super) fn sort(
    keys: &mut Keyspace,
    database: Database,
    options: &Options<'_>,
    arena: &mut Arena,
    elements: &mut [Span],
) -> Result<(), Error> {
    let mut items = Vec::new();
    let mut spare = Vec::new();
    if items.try_reserve_exact(elements.len()).is_err() || spare.try_reserve_exact(elements.len()).is_err() {
        return Err(Error::OutOfMemory);
    }
    let mut all_numbers = true;
    for &element in elements.iter() {
        let end = arena.len();
        let mut item = Item { element, number: 0.0, text: Some(element) };
        if let Some(by) = options.by {
            item.text = pattern::look_up(keys, database, by, arena, element)?;
        }
        if !options.alphabetic {
            if let Some(text) = item.text {
                let number = number::strtod_in_range(arena.bytes(text));
                all_numbers &= number.is_some();
                item.number = number.unwrap_or_default();
            }
            arena.truncate(end);
        }
        items.push(item);
    }
    if !all_numbers {
        return Err(Error::fixed("ERR One or more scores can't be converted into double"));
    }
    let as_c_string = options.target.is_none();
    let order = |one: &Item, other: &Item| {
        let order = if options.alphabetic {
            by_text(arena, one.text, other.text, as_c_string)
        } else {
            // What has the same number is in the order of its bytes.
            let by_number = one.number.partial_cmp(&other.number).unwrap_or(Ordering::Equal);
            by_number.then_with(|| arena.bytes(one.element).cmp(arena.bytes(other.element)))
        };
        if options.descending { order.reverse() } else { order }
    };
    merge_sort(&mut items, &mut spare, &order);
    elements.iter_mut().zip(items).for_each(|(element, item)| *element = item.element);
    Ok(())
}

/// By bytes; what is only shown is compared as C compares strings, up to a zero.
fn by_text(arena: &Arena, one: Option<Span>, other: Option<Span>, as_c_string: bool) -> Ordering {
    let (Some(one), Some(other)) = (one, other) else { return one.is_some().cmp(&other.is_some()) };
    let (one, other) = (arena.bytes(one), arena.bytes(other));
    if as_c_string { c_string(one).cmp(c_string(other)) } else { one.cmp(other) }
}

/// Merges runs of 1, 2, 4 … items: small code, and equal items keep their order.
fn merge_sort(items: &mut Vec<Item>, spare: &mut Vec<Item>, order: &dyn Fn(&Item, &Item) -> Ordering) {
    let mut run = 1;
    while run < items.len() {
        spare.clear();
        for pair in items.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at_checked(run).unwrap_or((pair, &[]));
            while let ([one, left_rest @ ..], [other, right_rest @ ..]) = (left, right) {
                if order(one, other).is_gt() {
                    spare.push(*other);
                    right = right_rest;
                } else {
                    spare.push(*one);
                    left = left_rest;
                }
            }
            spare.extend_from_slice(left);
            spare.extend_from_slice(right);
        }
        std::mem::swap(items, spare);
        run *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_any_number_are_sorted_and_equal_ones_keep_their_order() {
        for len in [0_usize, 1, 2, 3, 7, 8, 9, 100, 1000] {
            let mut arena = Arena::default();
            let mut items: Vec<Item> = (0..len)
                .map(|index| {
                    let element = arena.push(&index.to_be_bytes()).expect("it is small");
                    Item { element, number: ((index * 7919) % 10) as f64, text: None }
                })
                .collect();
            merge_sort(&mut items, &mut Vec::new(), &|one, other| one.number.total_cmp(&other.number));
            assert_eq!(items.len(), len);
            for pair in items.windows(2) {
                let key = |item: &Item| (item.number as u64, arena.bytes(item.element).to_vec());
                assert!(key(&pair[0]) < key(&pair[1]));
            }
        }
    }
}
