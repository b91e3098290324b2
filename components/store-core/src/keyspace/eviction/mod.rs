//! Keys that go so that others find room: the rules of `maxmemory-policy`.
//! <https://redis.io/docs/latest/develop/reference/eviction/>
//!
//! As in Redis the rules are approximations: a few keys are sampled for each that goes, and the best candidates are kept
//! for the next time.

mod pool;

use pool::{Candidate, Pool};

use super::access::Tracking;
use super::entry::Entry;
use super::{Database, Departure, Keyspace};
use crate::settings::Settings;
use crate::table::Position;

/// What goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rule {
    /// Nothing goes.
    #[default]
    Never,
    Random,
    /// What was not used for the longest time.
    LeastRecentlyUsed,
    /// What is used least.
    LeastFrequentlyUsed,
    /// What would expire soonest.
    SoonestToExpire,
}

/// Which keys go when there is no room, and what is known of the next ones to go.
#[derive(Default)]
pub(super) struct Eviction {
    rule: Rule,
    /// Only keys that have a time to live may go.
    only_expiring: bool,
    /// How many keys are looked at for each that goes, in each database.
    samples: usize,
    pool: Pool,
    /// The database that a random key is taken from next.
    next_database: usize,
}

/// The most samples that are taken, whatever `maxmemory-samples` says: with 10 the rules are all but exact.
const SAMPLES_MOST: usize = 64;

impl Eviction {
    fn apply(&mut self, settings: &Settings) {
        let policy = settings.get("maxmemory-policy").unwrap_or_default();
        let (scope, rule) = policy.split_once('-').unwrap_or_default();
        self.only_expiring = scope == "volatile";
        self.rule = match rule {
            "random" => Rule::Random,
            "lru" => Rule::LeastRecentlyUsed,
            "lfu" => Rule::LeastFrequentlyUsed,
            "ttl" => Rule::SoonestToExpire,
            _ => Rule::Never,
        };
        let samples = settings.number("maxmemory-samples").and_then(|samples| usize::try_from(samples).ok());
        self.samples = samples.unwrap_or(SAMPLES_MOST).clamp(1, SAMPLES_MOST);
        // Ranks of one rule mean nothing to another.
        self.pool.clear();
    }
}

impl Keyspace {
    /// Takes settings over.
    pub fn apply(&mut self, settings: &Settings) {
        self.limits.apply(settings);
        self.tracking = settings.tracking();
        self.eviction.apply(settings);
    }

    /// Whether keys may go to make room.
    #[inline]
    pub fn evicts(&self) -> bool {
        self.eviction.rule != Rule::Never
    }

    /// Removes the key that the policy chooses; false when it leaves none to choose. A transaction must not be open.
    pub fn evict(&mut self) -> bool {
        debug_assert!(!self.in_transaction(), "what a transaction read must not change under it");
        match self.eviction.rule {
            Rule::Never => false,
            Rule::Random => self.evict_any(),
            _ => self.evict_best(),
        }
    }

    fn evict_any(&mut self) -> bool {
        for _ in 0..self.tables.len() {
            let database = self.eviction.next_database;
            self.eviction.next_database = (database + 1) % self.tables.len();
            if let Some(at) = self.sample(database) {
                let table = &self.tables[database];
                let hash = table.hash(table.entry(at).key());
                self.evict_at(database, hash, at);
                return true;
            }
        }
        false
    }

    fn evict_best(&mut self) -> bool {
        loop {
            if !self.gather() {
                return false;
            }
            while let Some(Candidate { database, key, .. }) = self.eviction.pool.take() {
                let table = &self.tables[database];
                let hash = table.hash(&key);
                let found = table.find(hash, &key);
                // It may have gone since it was sampled, or have lost its time to live.
                if let Some(at) = found.filter(|&at| self.may_go(table.entry(at))) {
                    self.evict_at(database, hash, at);
                    return true;
                }
            }
        }
    }

    fn may_go(&self, entry: &Entry) -> bool {
        !self.eviction.only_expiring || entry.expire_ms().is_some()
    }

    /// Adds samples of every database to the candidates; false when no key may go.
    fn gather(&mut self) -> bool {
        let mut any = false;
        for database in 0..self.tables.len() {
            for _ in 0..self.eviction.samples {
                let Some(at) = self.sample(database) else { break };
                any = true;
                let entry = self.tables[database].entry(at);
                let rank = self.rank(entry);
                self.eviction.pool.offer(database, entry.key(), rank);
            }
        }
        any
    }

    /// A key that may go, chosen by chance.
    fn sample(&mut self, database: usize) -> Option<Position> {
        let table = &self.tables[database];
        match self.eviction.only_expiring {
            true => table.random_expiring(&mut self.random),
            false => table.random_position(&mut self.random),
        }
    }

    /// The higher, the sooner it goes.
    fn rank(&self, entry: &Entry) -> u64 {
        let access = entry.access();
        match (self.eviction.rule, self.tracking) {
            (Rule::SoonestToExpire, _) => u64::MAX - entry.expire_ms().unwrap_or(i64::MAX).max(0) as u64,
            (Rule::LeastFrequentlyUsed, Tracking::LeastFrequentlyUsed(rule)) => {
                u64::from(255 - access.frequency(rule, self.now_us))
            }
            _ => u64::from(access.idle_seconds(self.now_us)),
        }
    }

    fn evict_at(&mut self, database: usize, hash: u64, at: Position) {
        self.before_write(database as Database, at);
        let entry = self.tables[database].remove(hash, at);
        self.departed(database as Database, entry.key(), Departure::Evicted);
        self.graveyard.bury(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::entry::Value;
    use crate::random::Random;

    const SECOND_US: u64 = 1_000_000;
    const START_US: u64 = 1_700_000_000 * SECOND_US;

    /// A keyspace under this policy, with the samples that make the rules all but exact.
    fn keyspace(policy: &str) -> Keyspace {
        let mut settings = Settings::default();
        settings.learn("maxmemory-policy", policy);
        settings.learn("maxmemory-samples", "64");
        let mut keys = Keyspace::new(Random::new(3));
        keys.apply(&settings);
        keys.set_now_us(START_US);
        keys
    }

    fn key(number: i64) -> Vec<u8> {
        number.to_string().into_bytes()
    }

    fn set(keys: &mut Keyspace, database: Database, number: i64, expire_ms: Option<i64>) {
        keys.set(database, &key(number), Value::Int(number), expire_ms);
    }

    fn after_ms(keys: &Keyspace, ms: i64) -> Option<i64> {
        Some(keys.now_ms() + ms)
    }

    #[test]
    fn without_a_policy_nothing_goes() {
        let mut keys = keyspace("noeviction");
        set(&mut keys, 0, 1, None);
        assert!(!keys.evicts() && !keys.evict());
        assert_eq!((keys.len(0), keys.stats.evicted), (1, 0));
    }

    #[test]
    fn what_was_used_last_stays() {
        let mut keys = keyspace("allkeys-lru");
        for number in 0..1000 {
            keys.set_now_us(START_US + number as u64 * SECOND_US);
            set(&mut keys, if number % 2 == 0 { 0 } else { 7 }, number, None);
        }
        keys.set_now_us(START_US + 2000 * SECOND_US);
        assert!((0..100).all(|number| keys.get(0, &key(2 * number)).is_some()), "used again");
        for _ in 0..500 {
            assert!(keys.evict());
        }
        assert_eq!((keys.len(0) + keys.len(7), keys.stats.evicted), (500, 500));
        let kept = (0..100).filter(|number| keys.contains(0, &key(2 * number))).count();
        assert!(kept >= 98, "{kept} of the keys that were used again");
        let young = (800..1000).filter(|&number| keys.contains(number as u32 % 2 * 7, &key(number))).count();
        assert!(young >= 190, "{young} of the youngest 200");
    }

    #[test]
    fn what_is_used_often_stays() {
        let mut keys = keyspace("allkeys-lfu");
        (0..1000).for_each(|number| set(&mut keys, 0, number, None));
        for _ in 0..200 {
            (0..100).for_each(|number| assert!(keys.get(0, &key(number)).is_some()));
        }
        (0..900).for_each(|_| assert!(keys.evict()));
        let kept = (0..100).filter(|&number| keys.contains(0, &key(number))).count();
        assert!(kept >= 98, "{kept} of the keys that were used often");
    }

    #[test]
    fn what_would_expire_soonest_goes_first() {
        let mut keys = keyspace("volatile-ttl");
        for number in 0..500 {
            let expire = after_ms(&keys, 1_000 + number * 1_000);
            set(&mut keys, 0, number, expire);
            set(&mut keys, 0, -1 - number, None);
        }
        (0..250).for_each(|_| assert!(keys.evict()));
        let kept = (300..500).filter(|&number| keys.contains(0, &key(number))).count();
        assert!(kept >= 195, "{kept} of those that have the most time left");
        while keys.evict() {}
        assert_eq!((keys.len(0), keys.expiring(0)), (500, 0), "keys without a time to live never go");
    }

    #[test]
    fn volatile_policies_leave_what_does_not_expire() {
        for policy in ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"] {
            let mut keys = keyspace(policy);
            for number in 0..20_000 {
                let expire = after_ms(&keys, 1_000_000).filter(|_| number % 2_000 == 0);
                set(&mut keys, 3, number, expire);
            }
            assert!(keys.persist_for_test(3, &key(0)));
            let evicted = std::iter::repeat_with(|| keys.evict()).take_while(|&evicted| evicted).count();
            assert_eq!((evicted, keys.len(3)), (9, 19_991), "{policy}");
        }
    }

    #[test]
    fn random_keys_come_from_all_databases_in_turn() {
        let mut keys = keyspace("allkeys-random");
        for number in 0..100 {
            set(&mut keys, 0, number, None);
            set(&mut keys, 15, number, None);
        }
        (0..100).for_each(|_| assert!(keys.evict()));
        assert_eq!((keys.len(0), keys.len(15)), (50, 50));
        while keys.evict() {}
        assert!(keys.is_empty());
    }

    #[test]
    fn a_key_that_is_evicted_breaks_its_watch() {
        let mut keys = keyspace("allkeys-lru");
        set(&mut keys, 0, 1, None);
        keys.watch(1, 0, &key(1));
        assert!(keys.evict());
        assert!(keys.is_watch_broken(1));
    }

    impl Keyspace {
        fn persist_for_test(&mut self, database: Database, key: &[u8]) -> bool {
            self.set_expire(database, key, None)
        }
    }
}
