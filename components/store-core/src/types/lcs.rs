//! The longest common subsequence of two strings, and where its pieces are.
//! <https://redis.io/docs/latest/commands/lcs/>

/// A table of this many bytes could not be had, or is more than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableError {
    /// It would be larger than the limit.
    TooLarge,
    /// There is no memory for it.
    NoMemory,
}

/// A piece that both strings share: first and last position in each, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// In the first string.
    pub first: (usize, usize),
    /// In the second string.
    pub second: (usize, usize),
}

impl Match {
    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.first.1 - self.first.0 + 1
    }

    /// Never: a match has at least one byte.
    pub fn is_empty(&self) -> bool {
        false
    }
}

/// The lengths of the longest common subsequences of all pairs of prefixes.
pub struct Lengths<'a> {
    first: &'a [u8],
    second: &'a [u8],
    cells: Vec<u32>,
}

impl<'a> Lengths<'a> {
    /// Fills the table, of 4 bytes for each pair of prefixes, unless that is more than `limit` bytes.
    pub fn new(first: &'a [u8], second: &'a [u8], limit: usize) -> Result<Lengths<'a>, TableError> {
        let cells = check_table(first.len(), second.len(), limit)?;
        let mut table = Vec::new();
        table.try_reserve_exact(cells).map_err(|_| TableError::NoMemory)?;
        table.resize(cells, 0);
        let mut lengths = Lengths { first, second, cells: table };
        lengths.fill();
        Ok(lengths)
    }

    fn fill(&mut self) {
        let width = self.second.len() + 1;
        let mut rows = self.cells.chunks_exact_mut(width);
        let Some(mut above) = rows.next() else { return };
        for (row, byte) in rows.zip(self.first) {
            next_row(above, row, *byte, self.second);
            above = row;
        }
    }

    fn at(&self, first: usize, second: usize) -> u32 {
        self.cells.get(first * (self.second.len() + 1) + second).copied().unwrap_or(0)
    }

    /// The length of the longest common subsequence.
    pub fn total(&self) -> usize {
        self.at(self.first.len(), self.second.len()) as usize
    }

    /// The pieces of the subsequence, from the last to the first.
    pub fn matches(&self) -> Vec<Match> {
        let mut found: Vec<Match> = Vec::new();
        let mut open = false;
        let (mut first, mut second) = (self.first.len(), self.second.len());
        while first > 0 && second > 0 {
            if self.first.get(first - 1) == self.second.get(second - 1) {
                (first, second) = (first - 1, second - 1);
                match found.last_mut() {
                    Some(piece) if open => (piece.first.0, piece.second.0) = (first, second),
                    _ => found.push(Match { first: (first, first), second: (second, second) }),
                }
                open = true;
                continue;
            }
            open = false;
            if self.at(first - 1, second) > self.at(first, second - 1) {
                first -= 1;
            } else {
                second -= 1;
            }
        }
        found
    }

    /// The subsequence itself.
    pub fn text(&self) -> Vec<u8> {
        let pieces = self.matches();
        pieces.iter().rev().flat_map(|piece| &self.first[piece.first.0..=piece.first.1]).copied().collect()
    }
}

/// The length alone, in the memory of two rows; refused where [`Lengths::new`] refuses.
pub fn length(first: &[u8], second: &[u8], limit: usize) -> Result<usize, TableError> {
    check_table(first.len(), second.len(), limit)?;
    let (mut above, mut row) = (vec![0; second.len() + 1], vec![0; second.len() + 1]);
    for byte in first {
        next_row(&above, &mut row, *byte, second);
        std::mem::swap(&mut above, &mut row);
    }
    Ok(above.last().map_or(0, |&length| length as usize))
}

/// Whether the table for strings of these lengths stays within `limit` bytes; how many cells it has.
pub fn check_table(first: usize, second: usize, limit: usize) -> Result<usize, TableError> {
    let cells = (first as u64 + 1) * (second as u64 + 1);
    match usize::try_from(cells) {
        Ok(cells) if cells <= limit / size_of::<u32>() => Ok(cells),
        _ => Err(TableError::TooLarge),
    }
}

/// One row of the table from the one above it; the first cell of each is 0.
fn next_row(above: &[u32], row: &mut [u32], byte: u8, second: &[u8]) {
    let mut left = 0;
    for ((cell, pair), other) in row.iter_mut().skip(1).zip(above.windows(2)).zip(second) {
        let &[diagonal, up] = pair else { return };
        left = if byte == *other { diagonal + 1 } else { left.max(up) };
        *cell = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    #[test]
    fn the_subsequence_and_its_pieces_are_found() {
        let lengths = Lengths::new(b"ohmytext", b"mynewtext", LIMIT).expect("the table is small");
        assert_eq!((lengths.total(), lengths.text()), (6, b"mytext".to_vec()));
        let pieces = [Match { first: (4, 7), second: (5, 8) }, Match { first: (2, 3), second: (0, 1) }];
        assert_eq!(lengths.matches(), pieces);
        assert_eq!(pieces[0].len(), 4);
        assert_eq!(length(b"ohmytext", b"mynewtext", LIMIT), Ok(6));
    }

    #[test]
    fn strings_without_anything_in_common_have_an_empty_one() {
        for (first, second) in [(&b""[..], &b""[..]), (b"abc", b""), (b"", b"abc"), (b"abc", b"xyz")] {
            let lengths = Lengths::new(first, second, LIMIT).expect("the table is small");
            assert_eq!((lengths.total(), lengths.text(), lengths.matches()), (0, Vec::new(), Vec::new()));
            assert_eq!(length(first, second, LIMIT), Ok(0));
        }
    }

    #[test]
    fn a_table_beyond_the_limit_is_refused_before_it_is_made() {
        let text = [b'x'; 99];
        assert_eq!(Lengths::new(&text, &text, 40_000).map(|lengths| lengths.total()), Ok(99));
        assert_eq!(Lengths::new(&text, &text, 39_999).err(), Some(TableError::TooLarge));
        assert_eq!(length(&text, &text, 39_999), Err(TableError::TooLarge));
    }
}
