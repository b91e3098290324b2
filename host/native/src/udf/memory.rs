//! The memory limit of an instance: the sum of all its linear memories and tables, however many it has.

use wasmtime::ResourceLimiter;

/// Counts and bounds what one instance holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryBudget {
    limit: u64,
    used: u64,
    /// What the last refused growth would have come to.
    refused: Option<u64>,
    /// What the growth under way was counted with, to take it back should it fail after all.
    pending: u64,
}

impl MemoryBudget {
    pub(crate) fn new(limit: u64) -> MemoryBudget {
        MemoryBudget { limit, used: 0, refused: None, pending: 0 }
    }

    /// Bytes held now, which are also the most held so far: wasm memory never shrinks.
    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// The most bytes it may hold.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// How many bytes the last refused growth asked for, if there was one since the last call of this.
    pub(crate) fn take_refused(&mut self) -> Option<u64> {
        self.refused.take()
    }

    fn grow(&mut self, current: u64, desired: u64) -> bool {
        self.pending = 0;
        let more = desired.saturating_sub(current);
        let sum = self.used.saturating_add(more);
        if sum > self.limit {
            self.refused = Some(sum);
            return false;
        }
        self.used = sum;
        self.pending = more;
        true
    }
}

/// Elements of a table are pointers of the host.
const ELEMENT_BYTES: u64 = size_of::<usize>() as u64;

impl ResourceLimiter for MemoryBudget {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(current as u64, desired as u64))
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.used -= std::mem::take(&mut self.pending);
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let bytes = |elements: usize| (elements as u64).saturating_mul(ELEMENT_BYTES);
        Ok(self.grow(bytes(current), bytes(desired)))
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.used -= std::mem::take(&mut self.pending);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_and_tables_count_together() {
        let mut budget = MemoryBudget::new(200_000);
        assert!(budget.memory_growing(0, 65_536, None).expect("never fails"));
        assert!(budget.memory_growing(0, 65_536, None).expect("never fails"));
        assert!(budget.table_growing(0, 1000, None).expect("never fails"));
        assert_eq!(budget.used(), 139_072);
        assert!(!budget.memory_growing(65_536, 131_072, None).expect("never fails"));
        assert_eq!(budget.take_refused(), Some(204_608));
        assert_eq!(budget.take_refused(), None);
        assert_eq!(budget.used(), 139_072);
    }

    #[test]
    fn a_growth_that_the_system_refuses_is_taken_back_once() {
        let mut budget = MemoryBudget::new(200_000);
        assert!(budget.memory_growing(0, 131_072, None).expect("never fails"));
        budget.memory_grow_failed(wasmtime::Error::msg("no memory")).expect("never fails");
        assert_eq!(budget.used(), 0);
        budget.memory_grow_failed(wasmtime::Error::msg("no memory")).expect("never fails");
        assert_eq!(budget.used(), 0);
    }
}
