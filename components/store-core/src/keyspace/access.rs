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
    LeastFrequentlyUsed,
}

/// The counter a new key starts with, so that it is not evicted before it had a chance.
const LFU_START: u32 = 5;
/// Redis' defaults of `lfu-log-factor` and `lfu-decay-time` (minutes).
const LFU_LOG_FACTOR: u64 = 10;
const LFU_DECAY_MINUTES: u32 = 1;
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
            Tracking::LeastFrequentlyUsed => Access(minutes(now_us) << 8 | LFU_START),
        }
    }

    /// After one more use; `random` decides whether a high counter rises.
    #[inline]
    pub fn used(self, tracking: Tracking, now_us: u64, random: impl FnOnce() -> u64) -> Access {
        match tracking {
            Tracking::LeastRecentlyUsed => Access::fresh(tracking, now_us),
            Tracking::LeastFrequentlyUsed => {
                let counter = self.frequency(now_us);
                let over = u64::from(counter.saturating_sub(LFU_START));
                let rises = counter < 255 && random().is_multiple_of(over * LFU_LOG_FACTOR + 1);
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
    pub fn frequency(self, now_us: u64) -> u32 {
        let elapsed = minutes(now_us).wrapping_sub(self.0 >> 8) & 0xffff;
        (self.0 & 0xff).saturating_sub(elapsed / LFU_DECAY_MINUTES)
    }
}

fn minutes(now_us: u64) -> u32 {
    (now_us / 60_000_000) as u32 & 0xffff
}
