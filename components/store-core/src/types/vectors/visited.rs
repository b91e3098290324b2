//! Which slots a search has seen.

/// Words of a line: what is forgotten at once.
const LINE: usize = 8;

/// A bit for each slot; forgetting costs what was seen, not what there is. Nothing here branches on what was seen, as that
/// is as good as chance.
#[derive(Clone, Debug, Default)]
pub(super) struct Visited {
    lines: Vec<[u64; LINE]>,
    /// Which lines have bits.
    touched: Vec<bool>,
}

impl Visited {
    /// Forgets everything, and has room for so many slots.
    pub(super) fn begin(&mut self, slots: usize) {
        for (line, touched) in self.lines.iter_mut().zip(&mut self.touched) {
            if std::mem::take(touched) {
                *line = [0; LINE];
            }
        }
        let lines = slots.div_ceil(64 * LINE).max(self.lines.len());
        self.lines.resize(lines, [0; LINE]);
        self.touched.resize(lines, false);
    }

    /// Remembers a slot; false when it was seen before, or there is no room for it.
    #[inline(always)]
    pub(super) fn add(&mut self, slot: u32) -> bool {
        let line = slot as usize / (64 * LINE);
        let (Some(words), Some(touched)) = (self.lines.get_mut(line), self.touched.get_mut(line)) else { return false };
        let word = &mut words[slot as usize / 64 % LINE];
        let bit = 1 << (slot % 64);
        let new = *word & bit == 0;
        *word |= bit;
        *touched = true;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_new_once_and_again_after_everything_was_forgotten() {
        let mut visited = Visited::default();
        for _ in 0..3 {
            visited.begin(1000);
            assert!(visited.add(999) && visited.add(0) && visited.add(1));
            assert!(!visited.add(0) && !visited.add(999));
            assert!(!visited.add(10_000));
        }
    }
}
