//! Listpacks: a sequence of elements in one piece of memory, byte for byte as Redis keeps and dumps it.
//!
//! ```text
//! 0  total  u32 LE   bytes, this header and the end included
//! 4  count  u16 LE   elements, 65535 when there are as many or more
//!    elements (see `encoding.rs`), and 0xff
//! ```
//! Only where elements come and go at the front may there be a gap before the first (see `gap.rs`), which is not dumped.
//! Finding an element takes time in proportion to the bytes in front of it, and changing one to those behind it: packed
//! collections are small. <https://github.com/antirez/listpack/blob/master/listpack.md>

mod encoding;
mod gap;
mod memory;
mod validate;

#[cfg(test)]
mod tests;

pub use memory::Listpack;

use super::Element;
use encoding::Encoded;

/// Where the first element stands.
const HEADER: usize = 6;
/// Too many elements for the header: they have to be counted.
const UNCOUNTED: u16 = u16::MAX;

/// Where an element begins, until the listpack changes in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(u32);

impl Place {
    fn at(self) -> usize {
        self.0 as usize
    }
}

impl Listpack {
    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        match self.count() {
            UNCOUNTED => self.counted(),
            count => usize::from(count),
        }
    }

    #[cold]
    fn counted(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.start() == self.end()
    }

    /// Where the first element stands, or the end mark.
    #[inline]
    fn start(&self) -> usize {
        HEADER + self.gap()
    }

    /// Where the end mark stands.
    #[inline]
    fn end(&self) -> usize {
        self.total() - 1
    }

    #[inline]
    fn place(&self, at: usize) -> Option<Place> {
        (at < self.end()).then_some(Place(at as u32))
    }

    /// The place of the first element.
    #[inline]
    pub fn first(&self) -> Option<Place> {
        self.place(self.start())
    }

    /// The place of the last element.
    #[inline]
    pub fn last(&self) -> Option<Place> {
        self.before(self.end())
    }

    /// This place, if an element is there: behind the last one removed there may be none.
    pub fn still(&self, place: Place) -> Option<Place> {
        self.place(place.at())
    }

    /// The place behind an element's.
    #[inline]
    pub fn next(&self, place: Place) -> Option<Place> {
        self.place(self.behind(place.at())?)
    }

    /// The place in front of an element's.
    pub fn previous(&self, place: Place) -> Option<Place> {
        self.before(place.at())
    }

    #[inline]
    fn behind(&self, at: usize) -> Option<usize> {
        let size = encoding::size(self.as_bytes(), at)?;
        Some(at + size + encoding::back_len(size))
    }

    #[inline]
    fn before(&self, end: usize) -> Option<Place> {
        if end <= self.start() {
            return None;
        }
        let (size, back) = encoding::read_back(self.as_bytes(), end)?;
        self.place(end.checked_sub(size + back)?)
    }

    /// The place of the element with this index; negative ones count from the end, -1 being the last.
    pub fn seek(&self, index: i64) -> Option<Place> {
        let (mut index, mut forward) = if index < 0 { (-(index + 1), false) } else { (index, true) };
        if self.count() != UNCOUNTED {
            let len = i64::from(self.count());
            if index >= len {
                return None;
            }
            if index > len / 2 {
                (index, forward) = (len - 1 - index, !forward);
            }
        }
        let mut place = if forward { self.first()? } else { self.last()? };
        for _ in 0..index {
            place = if forward { self.next(place)? } else { self.previous(place)? };
        }
        Some(place)
    }

    /// The element there.
    #[inline]
    pub fn get(&self, place: Place) -> Element<'_> {
        encoding::decode(self.as_bytes(), place.at()).map_or(Element::Bytes(&[]), |(element, _)| element)
    }

    /// All elements, from either end.
    pub fn iter(&self) -> Iter<'_> {
        Iter { bytes: self.as_bytes(), front: self.start(), back: self.end() }
    }

    /// The elements from a place on.
    pub fn iter_from(&self, place: Place) -> Iter<'_> {
        Iter { bytes: self.as_bytes(), front: place.at(), back: self.end() }
    }

    /// The place of the first element from `start` on that has these bytes. Behind each that is compared, `skip` others
    /// are passed over: 1 to look for fields among fields and values.
    pub fn find(&self, start: Option<Place>, bytes: &[u8], skip: usize) -> Option<Place> {
        let wanted = Element::compact(bytes);
        let own = self.as_bytes();
        let (mut at, end) = (start?.at(), self.end());
        let mut passed = skip;
        while at < end {
            let size = encoding::size(own, at)?;
            if passed == skip {
                passed = 0;
                let (element, _) = encoding::decode(own, at)?;
                let found = match (wanted, element) {
                    (Element::Integer(wanted), Element::Integer(number)) => wanted == number,
                    (_, Element::Bytes(own)) => crate::table::equal(own, bytes),
                    (Element::Bytes(_), Element::Integer(_)) => false,
                };
                if found {
                    return self.place(at);
                }
            } else {
                passed += 1;
            }
            at += size + encoding::back_len(size);
        }
        None
    }

    /// Adds an element behind the last.
    #[inline]
    pub fn push_back(&mut self, element: Element<'_>) {
        self.extend(&Encoded::new(element));
        self.count_more(1);
    }

    /// Adds an element in front of the first, whose bytes leave room for more.
    #[inline]
    pub fn push_front(&mut self, element: Element<'_>) {
        self.extend_front(&Encoded::new(element));
        self.count_more(1);
    }

    /// Removes the last element, which is the one at this place.
    #[inline]
    pub fn drop_last(&mut self, last: Place) {
        self.truncate(last.at());
        self.count_less(1);
    }

    /// Removes the first element, which is the one at this place.
    #[inline]
    pub fn drop_first(&mut self, first: Place) {
        if let Some(behind) = self.behind(first.at()) {
            self.widen_to(behind);
            self.count_less(1);
        }
    }

    /// Adds an element in front of the one there, which it takes the place of; behind the last for none.
    pub fn insert(&mut self, place: Option<Place>, element: Element<'_>) -> Place {
        let at = place.map_or(self.end(), Place::at);
        self.splice_element(at, 0, &Encoded::new(element));
        self.count_more(1);
        Place(at as u32)
    }

    /// Puts another element in the place of one.
    pub fn replace(&mut self, place: Place, element: Element<'_>) {
        let behind = self.behind(place.at()).unwrap_or(place.at());
        self.splice_element(place.at(), behind - place.at(), &Encoded::new(element));
    }

    /// Removes up to `count` elements from a place on; what stands behind them has that place then.
    pub fn remove(&mut self, place: Place, count: usize) {
        let (mut at, mut removed) = (place.at(), 0);
        while removed < count && at < self.end() {
            let Some(behind) = self.behind(at) else { break };
            (at, removed) = (behind, removed + 1);
        }
        self.splice(place.at(), at - place.at(), b"");
        self.count_less(removed);
    }

    /// Takes out what stands from a place on.
    pub fn split_off(&mut self, place: Place) -> Listpack {
        let mut rest = Listpack::new();
        let count = self.iter_from(place).count();
        let (at, end) = (place.at(), self.end());
        rest.splice(HEADER, 0, self.as_bytes().get(at..end).unwrap_or_default());
        rest.count_more(count);
        self.splice(at, end - at, b"");
        self.count_less(count);
        rest
    }

    /// Adds the elements of another behind the last.
    pub fn append(&mut self, other: &Listpack) {
        let (end, count) = (self.end(), other.len());
        self.splice(end, 0, other.as_bytes().get(other.start()..other.end()).unwrap_or_default());
        self.count_more(count);
    }

    #[inline]
    fn count_more(&mut self, more: usize) {
        if self.count() != UNCOUNTED {
            let count = usize::from(self.count()).saturating_add(more);
            self.set_count(u16::try_from(count).unwrap_or(UNCOUNTED));
        }
    }

    #[inline]
    fn count_less(&mut self, less: usize) {
        match self.count() {
            UNCOUNTED => self.count_again(),
            count => self.set_count(count - less as u16),
        }
    }

    /// What is left may be few enough to be counted again.
    #[cold]
    fn count_again(&mut self) {
        self.set_count(u16::try_from(self.counted()).unwrap_or(UNCOUNTED));
    }
}

impl Default for Listpack {
    fn default() -> Self {
        Listpack::new()
    }
}

impl Clone for Listpack {
    fn clone(&self) -> Self {
        let mut copy = Listpack::new();
        copy.append(self);
        copy
    }
}

/// The elements of a listpack.
#[derive(Clone)]
pub struct Iter<'a> {
    bytes: &'a [u8],
    front: usize,
    back: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Element<'a>;

    #[inline]
    fn next(&mut self) -> Option<Element<'a>> {
        if self.front >= self.back {
            return None;
        }
        let (element, size) = encoding::decode(self.bytes, self.front)?;
        self.front += size + encoding::back_len(size);
        Some(element)
    }
}

impl<'a> DoubleEndedIterator for Iter<'a> {
    fn next_back(&mut self) -> Option<Element<'a>> {
        if self.front >= self.back {
            return None;
        }
        let (size, back) = encoding::read_back(self.bytes, self.back)?;
        self.back = self.back.checked_sub(size + back)?;
        encoding::decode(self.bytes, self.back).map(|(element, _)| element)
    }
}
