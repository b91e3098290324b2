//! What the elements of a table take, and how a big table is given back without a delay.

use super::{Keyed, Table};

impl<E: Keyed> Table<E> {
    /// The bytes of the table and of what its elements own, estimated from so many of them (0: all).
    pub fn memory(&self, samples: usize, bytes: impl Fn(&E) -> usize) -> usize {
        let samples = if samples == 0 { self.len() } else { samples.min(self.len()) };
        let some: usize = self.entries().take(samples).map(bytes).sum();
        let all = (some as u64 * self.len() as u64).checked_div(samples as u64).unwrap_or(0);
        self.bytes() + all as usize
    }

    /// Frees about `budget` elements, which it takes off; true when nothing is left. The table is good for nothing else
    /// afterwards.
    pub fn free_some(&mut self, budget: &mut usize) -> bool {
        while *budget > 0 {
            let Some(elements) = self.dismantle() else { return true };
            *budget = budget.saturating_sub(elements.count());
        }
        false
    }
}
