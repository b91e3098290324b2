//! Changes to lists.

use super::{At, Element, Inverse, List, Listpack, Log, NODE_BYTES, Wanted};
use crate::keyspace::limits::Limits;

/// What an element takes in a listpack beyond its bytes, at the most.
const AROUND: usize = 10;

/// The most that a node may hold.
#[derive(Clone, Copy)]
pub(super) struct Capacity {
    bytes: usize,
    elements: usize,
}

impl Capacity {
    /// That of lists which nobody has set limits for.
    pub(super) const WIDEST: Capacity = Capacity { bytes: NODE_BYTES, elements: usize::MAX };

    /// Redis' setting: a number of elements, or -1 to -5 for 4 to 64 KiB.
    pub(super) fn of(limits: &Limits) -> Capacity {
        let elements = usize::try_from(limits.list_node).ok().filter(|&elements| elements > 0);
        Capacity { bytes: NODE_BYTES, elements: elements.unwrap_or(usize::MAX) }
    }

    /// Whether a node can take so many more bytes as one element.
    #[inline]
    fn has_room(self, pack: &Listpack, bytes: usize) -> bool {
        let len = pack.len();
        len == 0 || pack.used() + bytes + AROUND <= self.bytes && len < self.elements
    }
}

impl List {
    /// Adds an element at an end.
    #[inline]
    pub fn push(&mut self, front: bool, bytes: &[u8], log: &mut Log<'_>) {
        self.push_element(front, bytes, Capacity::of(log.limits));
        log.changed(|| Inverse::Drop { front, count: 1 });
    }

    /// Adds an element at the end of a list that no key holds yet.
    pub fn build(&mut self, bytes: &[u8], limits: &Limits) {
        self.push_element(false, bytes, Capacity::of(limits));
    }

    pub(super) fn push_element(&mut self, front: bool, bytes: &[u8], capacity: Capacity) {
        let element = Element::compact(bytes);
        let (pack, counts) = self.end_mut(front);
        if !capacity.has_room(pack, bytes.len()) {
            return self.push_alone(front, element);
        }
        if front {
            pack.push_front(element);
        } else {
            pack.push_back(element);
        }
        if let Some(counts) = counts {
            counts.set(pack.len() as u32);
        }
    }

    /// Adds an element at an end as a node of its own.
    #[inline(never)]
    fn push_alone(&mut self, front: bool, element: Element<'_>) {
        if front {
            self.end_mut(true).0.close_gap();
        }
        let mut pack = Listpack::new();
        pack.push_back(element);
        self.push_node(front, pack);
    }

    /// Shows the element at an end and removes it; false if there is none. An error leaves it there.
    #[inline]
    pub fn take<E>(
        &mut self,
        front: bool,
        log: &mut Log<'_>,
        show: impl FnOnce(Element<'_>) -> Result<(), E>,
    ) -> Result<bool, E> {
        let (pack, counts) = self.end_mut(front);
        let Some(place) = (if front { pack.first() } else { pack.last() }) else { return Ok(false) };
        show(pack.get(place))?;
        if pack.len() == 1 || log.wants_inverses() {
            self.pop(front, 1, log);
            return Ok(true);
        }
        if front {
            pack.drop_first(place);
        } else {
            pack.drop_last(place);
        }
        if let Some(counts) = counts {
            counts.set(pack.len() as u32);
        }
        log.note(1);
        Ok(true)
    }

    /// Removes so many elements from an end, at most all.
    pub fn pop(&mut self, front: bool, count: usize, log: &mut Log<'_>) {
        log.note(count.min(self.len()) as u64);
        if log.wants_inverses() {
            let part = self.detach(front, count);
            log.record(|| Inverse::Restore { front, part });
        } else {
            self.drop_end(front, count);
        }
    }

    /// Forgets so many elements at an end.
    pub(super) fn drop_end(&mut self, front: bool, mut count: usize) {
        while count > 0 && !self.is_empty() {
            let at = self.end(front);
            let len = self.pack(at).len();
            if len <= count {
                self.remove_node(at);
                count -= len;
                continue;
            }
            self.edit(at, |pack| {
                let first = if front { pack.first() } else { pack.seek(-(count as i64)) };
                if let Some(place) = first {
                    pack.remove(place, count);
                }
            });
            return;
        }
    }

    /// Takes so many elements from an end out, in their order.
    fn detach(&mut self, front: bool, mut count: usize) -> List {
        let mut part = List::default();
        while count > 0 && !self.is_empty() {
            let at = self.end(front);
            let len = self.pack(at).len();
            if len <= count {
                part.push_node(!front, self.remove_node(at));
                count -= len;
                continue;
            }
            let (place, stays_behind) = if front { (count, true) } else { (len - count, false) };
            let taken = self.edit(at, |pack| {
                let place = pack.seek(place as i64)?;
                let rest = pack.split_off(place);
                Some(if stays_behind { std::mem::replace(pack, rest) } else { rest })
            });
            if let Some(taken) = taken {
                part.push_node(!front, taken);
            }
            break;
        }
        part
    }

    /// Puts a part back at an end.
    pub(super) fn attach(&mut self, front: bool, mut part: List) {
        while !part.is_empty() {
            let pack = part.remove_node(part.end(!front));
            self.push_node(front, pack);
        }
    }

    /// Puts other bytes in the place of an element. The index is that of one.
    pub fn set(&mut self, index: usize, bytes: &[u8], log: &mut Log<'_>) {
        let old = self.replace(index, bytes, Capacity::of(log.limits), log.wants_inverses());
        log.changed(|| Inverse::Replace { index, element: old });
    }

    /// Replaces an element; its old bytes, if anybody wants them.
    pub(super) fn replace(&mut self, index: usize, bytes: &[u8], capacity: Capacity, wants_old: bool) -> Box<[u8]> {
        let (at, offset) = self.locate(index);
        let pack = self.pack(at);
        let Some(place) = pack.seek(offset as i64) else { return Box::default() };
        let old = pack.get(place);
        let is_too_large = pack.len() > 1 && pack.used() + bytes.len() > capacity.bytes + old.len();
        let old = if wants_old { Box::from(&*old.text()) } else { Box::default() };
        if is_too_large {
            self.remove_at(index, false);
            self.insert_at(index, bytes, capacity);
        } else {
            self.edit(at, |pack| pack.replace(place, Element::compact(bytes)));
        }
        old
    }

    /// Adds an element in front of the one at an index, or behind the last.
    pub fn insert(&mut self, index: usize, bytes: &[u8], log: &mut Log<'_>) {
        self.insert_at(index, bytes, Capacity::of(log.limits));
        log.changed(|| Inverse::Remove { index });
    }

    pub(super) fn insert_at(&mut self, index: usize, bytes: &[u8], capacity: Capacity) {
        if index == 0 || index >= self.len() {
            return self.push_element(index == 0, bytes, capacity);
        }
        let element = Element::compact(bytes);
        // Behind the element in front of it, so that a node's end takes it rather than the next node's beginning.
        let (at, offset) = self.locate(index - 1);
        let has_room = capacity.has_room(self.pack(at), bytes.len());
        let rest = self.edit(at, |pack| {
            let place = pack.seek(offset as i64).and_then(|place| pack.next(place));
            if has_room {
                pack.insert(place, element);
                return None;
            }
            place.map(|place| pack.split_off(place))
        });
        if has_room {
            return;
        }
        let at = if capacity.has_room(self.pack(at), bytes.len()) {
            self.edit(at, |pack| pack.push_back(element));
            at
        } else {
            let mut pack = Listpack::new();
            pack.push_back(element);
            self.insert_behind(at, pack)
        };
        if let Some(rest) = rest {
            self.insert_behind(at, rest);
        }
    }

    /// Removes the element at an index; its bytes, if anybody wants them.
    pub(super) fn remove_at(&mut self, index: usize, wants_old: bool) -> Box<[u8]> {
        let (at, offset) = self.locate(index);
        let pack = self.pack(at);
        let Some(place) = pack.seek(offset as i64) else { return Box::default() };
        let old = if wants_old { Box::from(&*pack.get(place).text()) } else { Box::default() };
        if pack.len() == 1 {
            self.remove_node(at);
        } else {
            self.edit(at, |pack| pack.remove(place, 1));
        }
        old
    }

    /// Removes up to so many elements that have these bytes, from the front or from the back; how many there were.
    pub fn remove(&mut self, bytes: &[u8], most: usize, backwards: bool, log: &mut Log<'_>) -> usize {
        let mut removed = 0;
        let mut next = (!self.is_empty()).then(|| self.end(!backwards));
        // The index of the first element of the node at hand.
        let mut start = if backwards { self.len() } else { 0 };
        while let Some(at) = next.filter(|_| removed < most) {
            let len = self.pack(at).len();
            start -= if backwards { len } else { 0 };
            let found = self.edit(at, |pack| remove_from(pack, bytes, most - removed, backwards, start, log));
            start += if backwards { 0 } else { len - found };
            removed += found;
            next = match found {
                0 => self.step(at, backwards),
                _ => self.tidied(at, backwards),
            };
        }
        removed
    }

    /// Removes a node that has become empty, or makes one of it and the neighbour that was passed already if both are
    /// small; the node that is next then.
    fn tidied(&mut self, at: At, backwards: bool) -> Option<At> {
        if self.pack(at).is_empty() {
            // What stood behind it has its place now; in front of it nothing moves.
            let before = self.step(at, true);
            self.remove_node(at);
            return match before {
                Some(before) if !backwards => self.step(before, false),
                None if !backwards && !self.is_empty() => Some(self.end(true)),
                before => before.filter(|_| backwards),
            };
        }
        let pair = if backwards { (Some(at), self.step(at, false)) } else { (self.step(at, true), Some(at)) };
        let (Some(first), Some(second)) = pair else { return self.step(at, backwards) };
        if self.pack(first).used() + self.pack(second).used() > NODE_BYTES / 2 {
            return self.step(at, backwards);
        }
        let pack = self.remove_node(second);
        self.edit(first, |before| before.append(&pack));
        self.step(first, backwards)
    }
}

/// Removes up to so many elements that have these bytes from a node whose first element has the index `start`.
fn remove_from(
    pack: &mut Listpack,
    bytes: &[u8],
    most: usize,
    backwards: bool,
    start: usize,
    log: &mut Log<'_>,
) -> usize {
    let wanted = Wanted::new(bytes);
    let mut removed = 0;
    let mut offset = if backwards { pack.len() } else { 0 };
    let mut place = if backwards { pack.last() } else { pack.first() };
    while let Some(here) = place.filter(|_| removed < most) {
        offset -= usize::from(backwards);
        let is_equal = wanted.is(pack.get(here));
        place = if backwards { pack.previous(here) } else { pack.next(here) };
        if is_equal {
            pack.remove(here, 1);
            removed += 1;
            let index = start + offset;
            log.changed(|| Inverse::Insert { index, element: bytes.into() });
            if !backwards {
                place = place.map(|_| here);
            }
        } else {
            offset += usize::from(!backwards);
        }
    }
    removed
}
