//! Positions in what has an order, counted from the front, or backwards from -1.

/// The index of the first element between two positions, both included, and how many there are; none for none.
pub fn between(len: usize, start: i64, end: i64) -> Option<(usize, usize)> {
    let len = len as i64;
    let from_front = |position: i64| if position < 0 { len.saturating_add(position) } else { position };
    let (start, end) = (from_front(start).max(0), from_front(end).min(len - 1));
    (start <= end).then(|| (start as usize, (end - start + 1) as usize))
}
