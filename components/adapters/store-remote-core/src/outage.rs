//! A store that failed is left alone for a while.

use crate::failure::Failure;
use crate::limits::OUTAGE_MS;

/// The last failure of a store, as long as it counts.
#[derive(Debug, Default)]
pub struct Outage {
    /// Until when nobody is asked, in milliseconds of the caller's clock, and why.
    last: Option<(u64, String)>,
}

impl Outage {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: None }
    }

    /// Whether the store may be asked now. `now_ms` is of any clock that does not go back.
    ///
    /// # Errors
    /// With the failure that it is left alone for.
    pub fn check(&self, now_ms: u64) -> Result<(), Failure> {
        match &self.last {
            Some((until, reason)) if now_ms < *until => Err(Failure::Unavailable(format!(
                "{reason} (it is asked again in {} ms)",
                until.saturating_sub(now_ms)
            ))),
            _ => Ok(()),
        }
    }

    /// Takes note of what came of a command.
    pub fn note<T>(&mut self, now_ms: u64, result: &Result<T, Failure>) {
        self.last = match result {
            Err(Failure::Unavailable(reason)) => Some((now_ms.saturating_add(OUTAGE_MS), reason.clone())),
            Ok(_) | Err(Failure::Command(_)) => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_failed_is_left_alone_for_a_while_and_then_asked_again() {
        let mut outage = Outage::new();
        assert_eq!(outage.check(0), Ok(()));
        outage.note::<()>(10, &Err(Failure::Unavailable("http://a: refused".to_owned())));
        let Err(Failure::Unavailable(reason)) = outage.check(20) else { panic!("it was asked") };
        assert_eq!(reason, "http://a: refused (it is asked again in 990 ms)");
        assert_eq!(outage.check(10 + OUTAGE_MS), Ok(()));
    }

    #[test]
    fn an_error_of_a_command_is_no_outage() {
        let mut outage = Outage::new();
        outage.note::<()>(10, &Err(Failure::Unavailable("gone".to_owned())));
        outage.note::<()>(11, &Err(Failure::Command("ERR no".to_owned())));
        assert_eq!(outage.check(12), Ok(()));
    }
}
