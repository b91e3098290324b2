//! How many instances of a function may run at a time, as LOAD's INSTANCES has it.

use std::cell::Cell;

/// Calls of one function that run now: functions that call themselves, and calls off the shard.
#[derive(Debug)]
pub(crate) struct Slots {
    most: Option<u32>,
    taken: Cell<u32>,
}

impl Slots {
    pub(crate) fn new(most: Option<u32>) -> Slots {
        Slots { most, taken: Cell::new(0) }
    }

    /// What LOAD allowed, if it said anything.
    pub(crate) fn most(&self) -> Option<u32> {
        self.most
    }

    /// Takes one, which has to be freed; none are left when this is false.
    #[inline]
    pub(crate) fn take(&self) -> bool {
        let taken = self.taken.get();
        if self.most.is_some_and(|most| taken >= most) {
            return false;
        }
        self.taken.set(taken + 1);
        true
    }

    /// Gives one back.
    #[inline]
    pub(crate) fn free(&self) {
        self.taken.set(self.taken.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_allowed() {
        let slots = Slots::new(Some(2));
        assert!(slots.take() && slots.take() && !slots.take());
        slots.free();
        assert!(slots.take() && !slots.take());
        let open = Slots::new(None);
        assert!((0..1000).all(|_| open.take()));
    }
}
