//! Vector sets: what they are made of, then each element with its links. Everything is checked: a file may be anything.

use std::borrow::Cow;

use super::TWICE;
use crate::keyspace::limits::Limits;
use crate::memory;
use crate::rdb::input::{Input, Read, Stop};
use crate::rdb::types;
use crate::rdb::vector_set::MODULE_ID;
use crate::types::VectorSet;
use crate::types::vector_set::{LINKS, MOST_DIMENSIONS, MOST_EF, Projection, usual};
use crate::types::vectors::{Head, Kind, Metric, Options, Stored};

/// What was read of a vector set.
#[derive(Default)]
pub(super) struct VectorParts {
    set: VectorSet,
    /// None as long as what it is made of was not read.
    left: Option<u32>,
    head: Option<Head>,
    inserted: u64,
}

/// What an element may take besides its vector: a piece of memory for the vectors of many, another for their links.
const ROOM: usize = 1 << 20;

const BAD_SET: Stop = Stop::Corrupt("a vector set that contradicts itself");

impl VectorParts {
    /// Reads one part; true when that was the last.
    pub(super) fn step(&mut self, input: &mut Input<'_>, limits: &Limits) -> Read<bool> {
        match self.left {
            None => {
                self.begin(input, limits)?;
                Ok(false)
            }
            Some(0) => match input.length()? {
                types::MODULE_END => Ok(true),
                _ => Err(BAD_SET),
            },
            Some(left) => {
                self.element(input)?;
                self.left = Some(left - 1);
                Ok(false)
            }
        }
    }

    fn begin(&mut self, input: &mut Input<'_>, limits: &Limits) -> Read<()> {
        if input.length()? != MODULE_ID {
            return Err(Stop::Corrupt("a value of a module"));
        }
        let mut next = || number(input);
        let dimension = within(next()?, 1, MOST_DIMENSIONS)?;
        let metric = match next()? {
            0 => Metric::Cosine,
            1 => Metric::L2,
            2 => Metric::InnerProduct,
            _ => return Err(BAD_SET),
        };
        let kind = match next()? {
            0 => Kind::F32,
            1 => Kind::Int8,
            2 => Kind::Binary,
            _ => return Err(BAD_SET),
        };
        let links = within(next()?, *LINKS.start(), *LINKS.end())?;
        let ef_construction = within(next()?, 1, MOST_EF)?;
        let stays = within(next()?, 0, 1)? == 1;
        let from = within(next()?, 0, MOST_DIMENSIONS)?;
        if from > 0 && from < dimension {
            return Err(BAD_SET);
        }
        let elements = within(next()?, 0, u32::MAX as usize)? as u32;
        let entry = within(next()?, 0, u32::MAX as usize)? as u32;
        let (random, inserted) = (next()?, next()?);
        let options = Options { metric, kind, links, ef_construction, ..usual(dimension) };
        let projection = (from > 0).then(|| Projection::new(from, dimension));
        self.set = VectorSet::new(options, projection, stays, limits.seed);
        (self.left, self.inserted) = (Some(elements), inserted);
        self.head = Some(Head { entry: entry.checked_sub(1), random });
        Ok(())
    }

    fn element(&mut self, input: &mut Input<'_>) -> Read<()> {
        let name = text(input)?;
        let bytes = text(input)?.into_owned();
        if input.length()? != types::MODULE_FLOAT {
            return Err(BAD_SET);
        }
        let length = f32::from_bits(input.u32()?);
        let attributes = text(input)?;
        let neighbours = levels(&text(input)?).ok_or(BAD_SET)?;
        if !memory::has_room(ROOM + 2 * bytes.len()) {
            return Err(Stop::Corrupt("a vector beyond the free memory"));
        }
        let stored = Stored { bytes, length, neighbours };
        let attributes = Some(&*attributes).filter(|attributes| !attributes.is_empty());
        if self.set.restore(self.set.len() as u32, &name, &stored, attributes) { Ok(()) } else { Err(TWICE) }
    }

    /// The set, after its last part.
    pub(super) fn finish(mut self) -> VectorSet {
        if let Some(head) = self.head {
            let slots = self.set.len() as u32;
            self.set.finish(head, slots, self.inserted);
        }
        self.set
    }
}

fn within(number: u64, least: usize, most: usize) -> Read<usize> {
    usize::try_from(number).ok().filter(|number| (least..=most).contains(number)).ok_or(BAD_SET)
}

fn number(input: &mut Input<'_>) -> Read<u64> {
    if input.length()? != types::MODULE_NUMBER {
        return Err(BAD_SET);
    }
    input.length()
}

fn text<'a>(input: &mut Input<'a>) -> Read<Cow<'a, [u8]>> {
    if input.length()? != types::MODULE_STRING {
        return Err(BAD_SET);
    }
    input.string()
}

/// The links of each level.
fn levels(mut bytes: &[u8]) -> Option<Vec<Vec<u32>>> {
    let mut levels = Vec::new();
    while let Some((count, rest)) = bytes.split_first_chunk() {
        let links = rest.get(..4 * usize::from(u16::from_le_bytes(*count)))?;
        let (slots, _) = links.as_chunks::<4>();
        levels.push(slots.iter().map(|slot| u32::from_le_bytes(*slot)).collect());
        bytes = rest.get(links.len()..)?;
    }
    (bytes.is_empty() && !levels.is_empty()).then_some(levels)
}
