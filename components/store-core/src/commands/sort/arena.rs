//! Bytes of many strings in one piece of memory: what is sorted, and what it is sorted by.

use crate::error::Error;
use crate::memory;
use crate::types::Element;

/// All bytes, one string behind the other.
#[derive(Default)]
pub(super) struct Arena(Vec<u8>);

/// Where a string lies in its arena.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    start: usize,
    len: usize,
}

/// Takes elements as long as it says true.
type Visit<'a> = &'a mut dyn FnMut(Element<'_>) -> bool;

impl Arena {
    /// Takes `count` elements, of about so many bytes together, from what visits them.
    pub(super) fn take(
        &mut self,
        count: usize,
        bytes: usize,
        each: &mut dyn FnMut(Visit<'_>),
    ) -> Result<Vec<Span>, Error> {
        let mut spans = Vec::new();
        if !memory::has_room(bytes) || spans.try_reserve_exact(count).is_err() {
            return Err(Error::OutOfMemory);
        }
        let mut result = Ok(());
        each(&mut |element| {
            match self.push(&element.text()) {
                Ok(span) => spans.push(span),
                Err(error) => result = Err(error),
            }
            result.is_ok()
        });
        result.map(|()| spans)
    }

    /// Takes a string.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Span, Error> {
        self.0.try_reserve(bytes.len()).map_err(|_| Error::OutOfMemory)?;
        let start = self.0.len();
        self.0.extend_from_slice(bytes);
        Ok(Span { start, len: bytes.len() })
    }

    /// The bytes of a string.
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        self.0.get(span.start..span.start + span.len).unwrap_or_default()
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets the strings that begin here or behind.
    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}
