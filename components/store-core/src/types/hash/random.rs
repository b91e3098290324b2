//! Fields chosen by chance.

use super::{Field, Hash};
use crate::random::Random;

impl Hash {
    /// A field that lives, chosen by chance.
    pub fn random(&self, now_ms: i64, random: &mut Random) -> Option<Field<'_>> {
        if let Hash::Large(large) = self {
            /// So many expired ones are passed over.
            const TRIES: usize = 64;
            for _ in 0..TRIES {
                let field = Field::from(large.table.random(random)?);
                if field.lives(now_ms) {
                    return Some(field);
                }
            }
        }
        let living = self.living(now_ms) as u64;
        if living == 0 {
            return None;
        }
        self.nth(random.next() % living, now_ms)
    }

    /// The field that lives with this number.
    fn nth(&self, number: u64, now_ms: i64) -> Option<Field<'_>> {
        match self.packed() {
            Ok((pack, width)) => {
                let mut at = pack.first();
                let mut left = number;
                while let Some(place) = at {
                    let field = super::packed::field(pack, place, width);
                    if field.lives(now_ms) {
                        if left == 0 {
                            return Some(field);
                        }
                        left -= 1;
                    }
                    at = (0..width).try_fold(place, |place, _| pack.next(place));
                }
                None
            }
            Err(large) => {
                large.table.entries().map(Field::from).filter(|field| field.lives(now_ms)).nth(number as usize)
            }
        }
    }

    /// Visits `count` different fields that live, chosen by chance; fewer if there are not as many.
    pub fn sample(&self, count: usize, now_ms: i64, random: &mut Random, visit: &mut dyn FnMut(Field<'_>)) {
        if let Hash::Large(large) = self
            && !self.has_expired(now_ms)
        {
            return large.table.sample(count, random, &mut |item| visit(Field::from(item)));
        }
        let mut left = self.living(now_ms) as u64;
        let mut missing = left.min(count as u64);
        self.each(now_ms, &mut |field| {
            if random.next() % left < missing {
                missing -= 1;
                visit(field);
            }
            left -= 1;
        });
    }
}
