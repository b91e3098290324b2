//! The 24 bits in which a key remembers its use: the clock of its last one (LRU), or how often it was used (LFU).
//!
//! Both are Redis' own forms, so that OBJECT IDLETIME, OBJECT FREQ and the eviction policies mean the same:
//! <https://redis.io/docs/latest/develop/reference/eviction/>.

/// How an entry was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access(u32);

/// Which form is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tracking {
    /// The second of the last use.
    #[default]
    LeastRecentlyUsed,
    /// The minute of the last decay and a logarithmic counter.
    LeastFrequentlyUsed(Frequency),
}

/// How counters of uses rise and fall: `lfu-log-factor` and `lfu-decay-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    /// The higher, the more uses it takes to raise a counter.
    pub log_factor: u32,
    /// After so many minutes a counter falls by one; 0 for never.
    pub decay_minutes: u32,
}

impl Default for Frequency {
    fn default() -> Self {
        Frequency { log_factor: 10, decay_minutes: 1 }
    }
}

impl Tracking {
    /// Whether it is the counter that is kept.
    pub fn counts(self) -> bool {
        matches!(self, Tracking::LeastFrequentlyUsed(_))
    }
}

/// The counter a new key starts with, so that it is not evicted before it had a chance.
const LFU_START: u32 = 5;
const CLOCK_MASK: u32 = 0x00ff_ffff;

impl Access {
    /// From its 24 bits.
    #[inline]
    pub fn from_bits(bits: u32) -> Access {
        Access(bits & CLOCK_MASK)
    }

    /// Its 24 bits.
    #[inline]
    pub fn bits(self) -> u32 {
        self.0
    }

    /// That of a new key.
    #[inline]
    pub fn fresh(tracking: Tracking, now_us: u64) -> Access {
        match tracking {
            Tracking::LeastRecentlyUsed => Access((now_us / 1_000_000) as u32 & CLOCK_MASK),
            Tracking::LeastFrequentlyUsed(_) => Access(minutes(now_us) << 8 | LFU_START),
        }
    }

    /// After one more use; `random` decides whether a high counter rises.
    #[inline]
    pub fn used(self, tracking: Tracking, now_us: u64, random: impl FnOnce() -> u64) -> Access {
        match tracking {
            Tracking::LeastRecentlyUsed => Access::fresh(tracking, now_us),
            Tracking::LeastFrequentlyUsed(rule) => {
                let counter = self.frequency(rule, now_us);
                let over = u64::from(counter.saturating_sub(LFU_START));
                let rises = counter < 255 && random().is_multiple_of(over * u64::from(rule.log_factor) + 1);
                Access(minutes(now_us) << 8 | (counter + u32::from(rises)))
            }
        }
    }

    /// That of a key that was not used for so many seconds (LRU).
    pub fn idle_for(idle_s: i64, now_us: u64) -> Access {
        Access::from_bits(((now_us / 1_000_000) as i64).saturating_sub(idle_s).max(0) as u32)
    }

    /// That of a key that was used so often (LFU), 0 to 255.
    pub fn of_frequency(frequency: i64, now_us: u64) -> Access {
        Access(minutes(now_us) << 8 | frequency.clamp(0, 255) as u32)
    }

    /// Seconds since the last use (LRU).
    pub fn idle_seconds(self, now_us: u64) -> u32 {
        ((now_us / 1_000_000) as u32).wrapping_sub(self.0) & CLOCK_MASK
    }

    /// The decayed counter (LFU), 0 to 255.
    pub fn frequency(self, rule: Frequency, now_us: u64) -> u32 {
        let elapsed = minutes(now_us).wrapping_sub(self.0 >> 8) & 0xffff;
        let periods = elapsed.checked_div(rule.decay_minutes).unwrap_or(0);
        (self.0 & 0xff).saturating_sub(periods)
    }
}

fn minutes(now_us: u64) -> u32 {
    (now_us / 60_000_000) as u32 & 0xffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const MINUTE_US: u64 = 60_000_000;

    fn used(rule: Frequency, times: u64, now_us: u64) -> Access {
        let mut random = Random::new(7);
        let tracking = Tracking::LeastFrequentlyUsed(rule);
        (0..times).fold(Access::fresh(tracking, now_us), |access, _| access.used(tracking, now_us, || random.next()))
    }

    #[test]
    fn a_counter_rises_as_the_logarithm_of_the_uses() {
        let counter = |factor, times| {
            let rule = Frequency { log_factor: factor, decay_minutes: 1 };
            used(rule, times, 0).frequency(rule, 0)
        };
        assert_eq!(counter(10, 0), 5, "where new keys begin");
        assert_eq!(counter(0, 100), 105, "without a factor every use counts");
        assert_eq!(counter(0, 1_000), 255, "and there is an end");
        // The table of Redis' own documentation, with what chance leaves open.
        assert!((8..=12).contains(&counter(10, 100)));
        assert!((15..=22).contains(&counter(10, 1_000)));
        assert!((130..=155).contains(&counter(10, 100_000)));
        assert!((8..=13).contains(&counter(100, 1_000)));
    }

    #[test]
    fn a_counter_falls_by_one_in_each_period_and_not_below_zero() {
        let rule = Frequency { log_factor: 0, decay_minutes: 2 };
        let access = used(rule, 20, 0);
        assert_eq!(access.frequency(rule, 0), 25);
        assert_eq!(access.frequency(rule, MINUTE_US), 25);
        assert_eq!(access.frequency(rule, 20 * MINUTE_US), 15);
        assert_eq!(access.frequency(rule, 1000 * MINUTE_US), 0);
        assert_eq!(access.frequency(Frequency { decay_minutes: 0, ..rule }, 1000 * MINUTE_US), 25, "never");
        let later = access.used(Tracking::LeastFrequentlyUsed(rule), 20 * MINUTE_US, || 0);
        assert_eq!(later.frequency(rule, 20 * MINUTE_US), 16, "a use counts from what is left");
    }

    #[test]
    fn clocks_run_over_without_harm() {
        let rule = Frequency::default();
        let tracking = Tracking::LeastFrequentlyUsed(rule);
        let end = 0xffff * MINUTE_US;
        assert_eq!(Access::fresh(tracking, end).frequency(rule, end + 2 * MINUTE_US), 3);
        let last = 0x00ff_ffff * 1_000_000;
        assert_eq!(Access::fresh(Tracking::LeastRecentlyUsed, last).idle_seconds(last + 5_000_000), 5);
    }
}
