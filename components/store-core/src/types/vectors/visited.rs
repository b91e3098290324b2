//! Which slots a search has seen.

/// A bit for each slot; forgetting costs what was seen, not what there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Visited {
    words: Vec<u64>,
    touched: Vec<u32>,
}

impl Visited {
    /// Forgets everything, and has room for so many slots.
    pub(super) fn begin(&mut self, slots: usize) {
        for word in self.touched.drain(..) {
            if let Some(word) = self.words.get_mut(word as usize) {
                *word = 0;
            }
        }
        self.words.resize(slots.div_ceil(64).max(self.words.len()), 0);
    }

    /// Remembers a slot; false when it was seen before, or there is no room for it.
    #[inline(always)]
    pub(super) fn add(&mut self, slot: u32) -> bool {
        let Some(word) = self.words.get_mut((slot / 64) as usize) else { return false };
        let bit = 1 << (slot % 64);
        if *word & bit != 0 {
            return false;
        }
        if *word == 0 {
            self.touched.push(slot / 64);
        }
        *word |= bit;
        true
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
