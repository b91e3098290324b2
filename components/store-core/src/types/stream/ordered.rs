//! Values in the order of ids: blocks of them one behind the other. Mostly they are added at the end.

use std::collections::VecDeque;

use super::StreamId;

/// The most values of a block.
const MOST: usize = 128;
/// A block with fewer looks for a neighbour to merge with …
const FEW: usize = MOST / 4;
/// … if both together do not have more than this.
const MERGED: usize = MOST / 4 * 3;

/// Values by id.
pub struct Ordered<V> {
    /// None of them is empty.
    blocks: VecDeque<Vec<(StreamId, V)>>,
    len: usize,
}

/// Where a value is, until values come or go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    block: usize,
    at: usize,
}

impl<V> Default for Ordered<V> {
    fn default() -> Ordered<V> {
        Ordered { blocks: VecDeque::new(), len: 0 }
    }
}

impl<V> Ordered<V> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where the id is, or where it would be.
    fn search(&self, id: StreamId) -> Result<Spot, Spot> {
        let begins_behind = |block: &Vec<(StreamId, V)>| block.first().is_some_and(|(first, _)| *first <= id);
        // Most are looked for at the end.
        let block = match self.blocks.back() {
            Some(last) if begins_behind(last) => self.blocks.len() - 1,
            _ => self.blocks.partition_point(begins_behind).saturating_sub(1),
        };
        let Some(values) = self.blocks.get(block) else { return Err(Spot { block, at: 0 }) };
        match values.last() {
            Some((last, _)) if *last < id => Err(Spot { block, at: values.len() }),
            _ => match values.binary_search_by_key(&id, |(id, _)| *id) {
                Ok(at) => Ok(Spot { block, at }),
                Err(at) => Err(Spot { block, at }),
            },
        }
    }

    /// The value there.
    pub fn at(&self, spot: Spot) -> Option<(StreamId, &V)> {
        self.blocks.get(spot.block)?.get(spot.at).map(|(id, value)| (*id, value))
    }

    /// The value there, to be changed.
    pub fn at_mut(&mut self, spot: Spot) -> Option<&mut V> {
        self.blocks.get_mut(spot.block)?.get_mut(spot.at).map(|(_, value)| value)
    }

    /// The value of this id.
    pub fn get(&self, id: StreamId) -> Option<&V> {
        self.at(self.search(id).ok()?).map(|(_, value)| value)
    }

    /// The first.
    pub fn first(&self) -> Option<(StreamId, &V)> {
        self.at(Spot { block: 0, at: 0 })
    }

    /// Where the last one is.
    pub fn last_spot(&self) -> Option<Spot> {
        let block = self.blocks.len().checked_sub(1)?;
        Some(Spot { block, at: self.blocks.get(block)?.len().checked_sub(1)? })
    }

    /// The last.
    pub fn last(&self) -> Option<(StreamId, &V)> {
        self.at(self.last_spot()?)
    }

    /// Where the first one is that is not in front of the id.
    pub fn from(&self, id: StreamId) -> Option<Spot> {
        match self.search(id) {
            Ok(spot) => Some(spot),
            Err(spot) if self.at(spot).is_some() => Some(spot),
            Err(Spot { block, .. }) => self.blocks.get(block + 1).map(|_| Spot { block: block + 1, at: 0 }),
        }
    }

    /// Where the last one is that is not behind the id.
    pub fn up_to(&self, id: StreamId) -> Option<Spot> {
        match self.search(id) {
            Ok(spot) => Some(spot),
            Err(spot) => self.step(spot, true),
        }
    }

    /// Where the next one is, or the one before.
    pub fn step(&self, spot: Spot, backwards: bool) -> Option<Spot> {
        if !backwards {
            let next = Spot { at: spot.at + 1, ..spot };
            return match self.at(next) {
                Some(_) => Some(next),
                None => self.blocks.get(spot.block + 1).map(|_| Spot { block: spot.block + 1, at: 0 }),
            };
        }
        if let Some(at) = spot.at.checked_sub(1) {
            return Some(Spot { at, ..spot });
        }
        let block = spot.block.checked_sub(1)?;
        Some(Spot { block, at: self.blocks.get(block)?.len().checked_sub(1)? })
    }

    /// All from an id on.
    pub fn iter_from(&self, id: StreamId) -> impl Iterator<Item = (StreamId, &V)> {
        let mut next = self.from(id);
        std::iter::from_fn(move || {
            let spot = next?;
            next = self.step(spot, false);
            self.at(spot)
        })
    }

    /// Gives an id a value; the one that it had.
    pub fn insert(&mut self, id: StreamId, value: V) -> Option<V> {
        let spot = match self.search(id) {
            Ok(spot) => return Some(std::mem::replace(self.at_mut(spot)?, value)),
            Err(spot) => spot,
        };
        self.len += 1;
        let Some(values) = self.blocks.get_mut(spot.block) else {
            self.blocks.push_back(vec![(id, value)]);
            return None;
        };
        if values.len() < MOST {
            values.insert(spot.at, (id, value));
        } else if spot.at < MOST {
            let mut behind = values.split_off(MOST / 2);
            match spot.at.checked_sub(MOST / 2) {
                Some(at) => behind.insert(at, (id, value)),
                None => values.insert(spot.at, (id, value)),
            }
            self.blocks.insert(spot.block + 1, behind);
        } else {
            // Behind a full block, which stays full.
            match self.blocks.get_mut(spot.block + 1).filter(|next| next.len() < MOST) {
                Some(next) => next.insert(0, (id, value)),
                None => self.blocks.insert(spot.block + 1, vec![(id, value)]),
            }
        }
        None
    }

    /// Takes the value of an id out.
    pub fn remove(&mut self, id: StreamId) -> Option<V> {
        self.remove_at(self.search(id).ok()?)
    }

    /// Takes the value there out.
    pub fn remove_at(&mut self, spot: Spot) -> Option<V> {
        let values = self.blocks.get_mut(spot.block)?;
        if spot.at >= values.len() {
            return None;
        }
        let (_, value) = values.remove(spot.at);
        self.len -= 1;
        let left = values.len();
        if left == 0 {
            self.blocks.remove(spot.block);
        } else if left < FEW {
            let len = |block: Option<usize>| block.and_then(|block| self.blocks.get(block)).map_or(MOST, Vec::len);
            if left + len(Some(spot.block + 1)) <= MERGED {
                self.merge(spot.block);
            } else if left + len(spot.block.checked_sub(1)) <= MERGED {
                self.merge(spot.block - 1);
            }
        }
        Some(value)
    }

    /// Keeps what `stays` says true of, which it is asked in the order of ids.
    pub fn retain(&mut self, stays: &mut dyn FnMut(StreamId, &V) -> bool) {
        let blocks = std::mem::take(&mut self.blocks);
        self.len = 0;
        for mut block in blocks {
            block.retain(|(id, value)| stays(*id, value));
            self.len += block.len();
            match self.blocks.back_mut() {
                Some(last) if last.len() + block.len() <= MERGED => last.append(&mut block),
                _ if block.is_empty() => {}
                _ => self.blocks.push_back(block),
            }
        }
    }

    /// Puts the values of the block behind this one into it.
    fn merge(&mut self, block: usize) {
        let behind = self.blocks.remove(block + 1).unwrap_or_default();
        if let Some(values) = self.blocks.get_mut(block) {
            values.extend(behind);
        }
    }

    /// Drops up to so many blocks, the last ones first; whether nothing is left.
    pub fn free_some(&mut self, budget: &mut usize) -> bool {
        while *budget > 0
            && let Some(block) = self.blocks.pop_back()
        {
            self.len -= block.len();
            *budget -= 1;
        }
        self.is_empty()
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The bytes that it takes, without what its values own.
    pub fn allocated(&self) -> usize {
        let values: usize = self.blocks.iter().map(|block| block.capacity() * size_of::<(StreamId, V)>()).sum();
        values + self.blocks.capacity() * size_of::<Vec<(StreamId, V)>>()
    }
}

impl<V: Clone> Clone for Ordered<V> {
    fn clone(&self) -> Ordered<V> {
        Ordered { blocks: self.blocks.clone(), len: self.len }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::random::Random;

    fn check(ordered: &Ordered<u64>, model: &BTreeMap<StreamId, u64>, id: StreamId) {
        assert_eq!((ordered.len(), ordered.get(id)), (model.len(), model.get(&id)));
        let all = |found: Option<(&StreamId, &u64)>| found.map(|(id, value)| (*id, *value));
        let at = |spot: Option<Spot>| spot.and_then(|spot| ordered.at(spot)).map(|(id, value)| (id, *value));
        assert_eq!(at(ordered.from(id)), all(model.range(id..).next()));
        assert_eq!(at(ordered.up_to(id)), all(model.range(..=id).next_back()));
        assert_eq!(ordered.first().map(|(id, value)| (id, *value)), all(model.first_key_value()));
        assert_eq!(at(ordered.last_spot()), all(model.last_key_value()));
    }

    #[test]
    fn it_agrees_with_a_map_under_random_changes() {
        let mut random = Random::new(17);
        for round in 0..20 {
            let (mut ordered, mut model) = (Ordered::default(), BTreeMap::new());
            let keys = 1 + random.next() % 3000;
            for step in 0..6000 {
                let id = StreamId { ms: random.next() % keys, seq: random.next() % 2 };
                if random.next() % 100 < if (step / 1000) % 2 == 0 { 80 } else { 20 } {
                    assert_eq!(ordered.insert(id, step), model.insert(id, step));
                } else {
                    assert_eq!(ordered.remove(id), model.remove(&id));
                }
                check(&ordered, &model, id);
            }
            let from = StreamId { ms: keys / 2, seq: 0 };
            let values: Vec<_> = ordered.iter_from(from).map(|(id, value)| (id, *value)).collect();
            assert_eq!(values, model.range(from..).map(|(id, value)| (*id, *value)).collect::<Vec<_>>(), "{round}");
            let mut spot = ordered.last_spot();
            for (id, value) in model.iter().rev() {
                assert_eq!(spot.and_then(|spot| ordered.at(spot)), Some((*id, value)));
                spot = spot.and_then(|spot| ordered.step(spot, true));
            }
            assert_eq!(spot, None);
            assert!(ordered.blocks() <= 2 * model.len() / FEW + 2);
        }
    }

    #[test]
    fn values_added_at_the_end_fill_their_blocks() {
        let mut ordered = Ordered::default();
        (0..10_000).for_each(|ms| assert_eq!(ordered.insert(StreamId { ms, seq: 0 }, ()), None));
        assert_eq!(ordered.blocks(), 10_000_usize.div_ceil(MOST));
        let mut budget = 3;
        assert!(!ordered.free_some(&mut budget));
        assert_eq!((ordered.blocks(), budget), (76, 0));
        assert!(ordered.free_some(&mut 1000));
    }
}
