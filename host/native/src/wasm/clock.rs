//! The time that the engine sees: the system's, or one that stands still while a function runs.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock in microseconds since the Unix epoch. It is shared by everything that runs on one shard (`Rc<Clock>`).
#[derive(Debug, Default)]
pub struct Clock {
    /// 0 while time runs.
    frozen: Cell<u64>,
}

/// Time stands still from the next time that somebody asks for it: short calls never ask the system.
const AT_NEXT_READING: u64 = u64::MAX;

impl Clock {
    /// A running clock.
    pub fn new() -> Clock {
        Clock::default()
    }

    /// Microseconds since the Unix epoch, the same ones again while the clock stands.
    #[inline]
    pub fn now_us(&self) -> u64 {
        match self.frozen.get() {
            0 => system_now_us(),
            AT_NEXT_READING => {
                let now = system_now_us();
                self.frozen.set(now);
                now
            }
            frozen => frozen,
        }
    }

    /// Microseconds since the Unix epoch by the system's clock, whether this one stands or not.
    pub(crate) fn system_us() -> u64 {
        system_now_us()
    }

    /// Stops the clock at the time that it is read next; a clock that stands already keeps its time.
    #[inline]
    pub fn freeze(&self) {
        if self.frozen.get() == 0 {
            self.frozen.set(AT_NEXT_READING);
        }
    }

    /// Lets time run again.
    pub fn unfreeze(&self) {
        self.frozen.set(0);
    }
}

fn system_now_us() -> u64 {
    // A system clock before 1970 would be 1, never the 0 that means "running".
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_answers_one_time_until_it_runs_again() {
        let clock = Clock::new();
        clock.freeze();
        let frozen = clock.now_us();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert_eq!(clock.now_us(), frozen);
        clock.freeze();
        assert_eq!(clock.now_us(), frozen, "freezing twice keeps the first time");
        clock.unfreeze();
        assert!(clock.now_us() >= frozen + 2000);
    }
}
