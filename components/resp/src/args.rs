//! The arguments of one command, without copies.

use std::fmt;

/// Where one argument stands: first byte and one past its last, in the buffer that the [`Argv`] goes with.
pub(crate) type Range = (u32, u32);

/// The arguments of one command as ranges of the parsed input; reused from one command to the next.
#[derive(Debug, Default)]
pub struct Argv {
    /// The first `len` count. The others are left from longer commands: the parser writes into slots that are there
    /// already, which takes fewer instructions than pushing.
    slots: Vec<Range>,
    len: usize,
    /// While a command is not all there and `len` is not 0: how many of its arguments are missing.
    pub(crate) missing: usize,
    /// The arguments of an inline command, unescaped. Ranges point in here while `is_inline`.
    pub(crate) unescaped: Vec<u8>,
    pub(crate) is_inline: bool,
}

impl Argv {
    /// No arguments yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: Vec::new(), len: 0, missing: 0, unescaped: Vec::new(), is_inline: false }
    }

    /// Number of arguments, the command's name included.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// True when there is no command.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub(crate) const fn clear(&mut self) {
        self.len = 0;
        self.is_inline = false;
    }

    /// The first `count` slots, if so many are there.
    #[inline]
    pub(crate) fn slots(&mut self, count: usize) -> Option<&mut [Range]> {
        self.slots.get_mut(..count)
    }

    /// Says how many slots were written.
    #[inline]
    pub(crate) const fn set_len(&mut self, len: usize) {
        self.len = len;
    }

    pub(crate) fn push(&mut self, range: Range) {
        match self.slots.get_mut(self.len) {
            Some(slot) => *slot = range,
            None => self.slots.push(range),
        }
        self.len += 1;
    }

    /// Argument `index`; `input` is what was parsed.
    #[must_use]
    pub fn get<'a>(&'a self, input: &'a [u8], index: usize) -> Option<&'a [u8]> {
        self.view(input).get(index)
    }

    /// All arguments; `input` is what was parsed.
    #[inline]
    #[must_use]
    pub fn view<'a>(&'a self, input: &'a [u8]) -> Args<'a> {
        let bytes = if self.is_inline { &self.unescaped } else { input };
        Args(Repr::Ranges { bytes, ranges: self.slots.get(..self.len).unwrap_or_default() })
    }

    /// One past the last argument, in the input.
    pub(crate) fn last_end(&self) -> Option<usize> {
        self.slots.get(self.len.checked_sub(1)?).map(|&(_, end)| end as usize)
    }

    /// Gives back the memory of a command with very many arguments, if there was one.
    pub fn shrink_to(&mut self, arguments: usize) {
        if self.slots.len() > arguments {
            self.clear();
            self.slots.truncate(arguments);
            self.slots.shrink_to(arguments);
        }
    }
}

/// A borrowed list of arguments, cheap to copy. Index 0 is the command's name.
#[derive(Clone, Copy)]
pub struct Args<'a>(Repr<'a>);

#[derive(Clone, Copy)]
enum Repr<'a> {
    Ranges { bytes: &'a [u8], ranges: &'a [Range] },
    Slices(&'a [&'a [u8]]),
}

impl<'a> Args<'a> {
    /// Number of arguments.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Repr::Ranges { ranges, .. } => ranges.len(),
            Repr::Slices(slices) => slices.len(),
        }
    }

    /// True when there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Argument `index`.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        match self.0 {
            Repr::Ranges { bytes, ranges } => {
                let &(start, end) = ranges.get(index)?;
                bytes.get(start as usize..end as usize)
            }
            Repr::Slices(slices) => slices.get(index).copied(),
        }
    }

    /// Argument `index`; beyond the end the empty slice, for commands whose arity was checked already.
    #[inline]
    #[must_use]
    pub fn at(&self, index: usize) -> &'a [u8] {
        self.get(index).unwrap_or_default()
    }

    /// The arguments behind the first `count`.
    #[inline]
    #[must_use]
    pub fn skip(&self, count: usize) -> Self {
        self.slice(count, usize::MAX)
    }

    /// At most `count` arguments from `start` on.
    #[inline]
    #[must_use]
    pub fn slice(&self, start: usize, count: usize) -> Self {
        let end = start.saturating_add(count).min(self.len());
        let start = start.min(end);
        Self(match self.0 {
            Repr::Ranges { bytes, ranges } => {
                Repr::Ranges { bytes, ranges: ranges.get(start..end).unwrap_or_default() }
            }
            Repr::Slices(slices) => Repr::Slices(slices.get(start..end).unwrap_or_default()),
        })
    }

    /// The arguments in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Iter<'a> {
        Iter { args: *self, front: 0, back: self.len() }
    }

    /// Sum of the arguments' lengths, in bytes.
    #[must_use]
    pub fn total_bytes(&self) -> usize {
        match self.0 {
            Repr::Ranges { ranges, .. } => ranges.iter().map(|(start, end)| end.saturating_sub(*start) as usize).sum(),
            Repr::Slices(slices) => slices.iter().map(|slice| slice.len()).sum(),
        }
    }

    /// A copy that outlives the input, in two allocations: what MULTI queues.
    #[must_use]
    pub fn to_owned_args(&self) -> OwnedArgs {
        let mut owned =
            OwnedArgs { bytes: Vec::with_capacity(self.total_bytes()), ranges: Vec::with_capacity(self.len()) };
        for arg in self {
            owned.push(arg);
        }
        owned
    }

    /// A copy of each argument.
    #[must_use]
    pub fn to_vecs(&self) -> Vec<Vec<u8>> {
        self.iter().map(<[u8]>::to_vec).collect()
    }
}

impl<'a> From<&'a [&'a [u8]]> for Args<'a> {
    fn from(slices: &'a [&'a [u8]]) -> Self {
        Self(Repr::Slices(slices))
    }
}

impl<'a, const N: usize> From<&'a [&'a [u8]; N]> for Args<'a> {
    fn from(slices: &'a [&'a [u8]; N]) -> Self {
        Self(Repr::Slices(slices))
    }
}

impl<'a> IntoIterator for Args<'a> {
    type Item = &'a [u8];
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Args<'a> {
    type Item = &'a [u8];
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Args<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|arg| arg.escape_ascii().to_string())).finish()
    }
}

impl PartialEq for Args<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Iterates over [`Args`].
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    args: Args<'a>,
    front: usize,
    back: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.front >= self.back {
            return None;
        }
        let arg = self.args.at(self.front);
        self.front += 1;
        Some(arg)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front >= self.back {
            return None;
        }
        self.back -= 1;
        Some(self.args.at(self.back))
    }
}

impl ExactSizeIterator for Iter<'_> {}

/// A command that owns its arguments: one buffer and the ranges in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedArgs {
    bytes: Vec<u8>,
    ranges: Vec<Range>,
}

impl OwnedArgs {
    /// The arguments.
    #[must_use]
    pub fn view(&self) -> Args<'_> {
        Args(Repr::Ranges { bytes: &self.bytes, ranges: &self.ranges })
    }

    /// Appends an argument; false, and no change, where all of them would take 4 GiB or more.
    pub fn push(&mut self, arg: &[u8]) -> bool {
        let end = u32::try_from(self.bytes.len().saturating_add(arg.len()));
        let (Ok(start), Ok(end)) = (u32::try_from(self.bytes.len()), end) else { return false };
        self.bytes.extend_from_slice(arg);
        self.ranges.push((start, end));
        true
    }

    /// Heap memory held, in bytes.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.ranges.capacity() * size_of::<Range>()
    }
}
