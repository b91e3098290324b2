//! A script at work: it counts requests, and decides what happens to each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Fault, Script, Seen, Step, Then};
use crate::digest::{fraction, mix};

/// A script and its counts.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) script: Script,
    rules: Vec<Taking>,
    /// Of requests that no rule takes.
    default: Taking,
}

/// A rule's behaviour with the default below it, and its counts.
#[derive(Debug)]
struct Taking {
    then: Arc<Then>,
    met: AtomicU64,
    taken: AtomicU64,
}

/// What happens to one request.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    /// The rule that took it, counted from 1.
    pub(crate) rule: Option<usize>,
    pub(crate) then: Arc<Then>,
    /// An error, by the rule or by its pattern.
    pub(crate) status: Option<u16>,
    /// A fault, by the rule or by its pattern.
    pub(crate) fault: Option<Fault>,
    /// Where this request's jitter comes from.
    pub(crate) chance: u64,
}

impl Taking {
    fn new(then: Then) -> Taking {
        Taking { then: Arc::new(then), met: AtomicU64::new(0), taken: AtomicU64::new(0) }
    }

    fn take(&self, rule: Option<usize>, seed: u64) -> Decision {
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let (status, fault) = match self.then.pattern.as_ref().map(|pattern| pattern.step(number)) {
            None => (self.then.status, self.then.fault),
            Some(Step::Ok) => (None, None),
            Some(Step::Status(status)) => (Some(status), None),
            Some(Step::Fault(fault)) => (None, Some(fault)),
        };
        let chance = mix(&[seed, rule.unwrap_or(0) as u64, number]);
        Decision { rule, then: Arc::clone(&self.then), status, fault, chance }
    }
}

impl Active {
    /// Begins a script; `base` is what holds where it says nothing.
    pub(crate) fn new(script: Script, base: &Then) -> Active {
        let default = script.default.or(base);
        let rules = script.rule.iter().map(|rule| Taking::new(rule.then.or(&default))).collect();
        Active { script, rules, default: Taking::new(default) }
    }

    /// Counts a request and decides.
    pub(crate) fn decide(&self, seen: &Seen<'_>) -> Decision {
        let seed = self.script.seed;
        for (index, (rule, taking)) in self.script.rule.iter().zip(&self.rules).enumerate() {
            if !rule.when.meets(seen) {
                continue;
            }
            let met = taking.met.fetch_add(1, Ordering::Relaxed) + 1;
            // Another chance than that of the jitter.
            let chance = || fraction(mix(&[seed, index as u64, met, 1]));
            if rule.when.nth.as_ref().is_none_or(|nth| nth.has(met))
                && rule.when.probability.is_none_or(|probability| chance() < probability)
            {
                return taking.take(Some(index + 1), seed);
            }
        }
        self.default.take(None, seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Seen<'static> =
        Seen { path: "/v1/chat/completions", key: "k", model: "gpt-4o", is_stream: false, body: b"{\"a\": 1}" };

    fn active(script: &str) -> Active {
        Active::new(script.parse().expect("a script"), &Then::default())
    }

    fn statuses(script: &str, count: usize) -> Vec<u16> {
        let active = active(script);
        (0..count).map(|_| active.decide(&SEEN).status.unwrap_or(200)).collect()
    }

    #[test]
    fn the_first_rule_that_matches_takes_a_request() {
        let script = "[[rule]]\nwhen.model = \"other\"\nthen.status = 500\n[[rule]]\nthen.status = 501\n\
                      [[rule]]\nthen.status = 502";
        assert_eq!(statuses(script, 2), [501, 501]);
        assert_eq!(active(script).decide(&SEEN).rule, Some(2));
        assert_eq!(active("").decide(&SEEN).rule, None);
    }

    #[test]
    fn the_nth_request_is_counted_for_each_rule() {
        assert_eq!(statuses("[[rule]]\nwhen.nth = 2\nthen.status = 500", 3), [200, 500, 200]);
        assert_eq!(statuses("[[rule]]\nwhen.nth = [1, 3]\nthen.status = 500", 3), [500, 200, 500]);
        let script = "[[rule]]\nwhen.nth = \"2-\"\nthen.status = 500\n[[rule]]\nwhen.nth = 1\nthen.status = 501";
        assert_eq!(statuses(script, 3), [501, 500, 500]);
    }

    #[test]
    fn every_condition_is_asked_for() {
        for (condition, holds) in [
            ("path = \"/v1/chat/*\"", true),
            ("path = \"/v1/messages\"", false),
            ("key = \"k\"", true),
            ("key = \"l\"", false),
            ("stream = false", true),
            ("stream = true", false),
            ("body = '\"a\": 1'", true),
            ("body = '\"b\"'", false),
            ("probability = 1.0", true),
            ("probability = 0.0", false),
        ] {
            let script = format!("[[rule]]\nwhen.model = \"gpt*\"\nwhen.{condition}\nthen.status = 500");
            assert_eq!(statuses(&script, 1) == [500], holds, "{condition}");
        }
    }

    #[test]
    fn chance_repeats_with_the_seed() {
        let script = |seed| format!("seed = {seed}\n[[rule]]\nwhen.probability = 0.3\nthen.status = 500");
        let first = statuses(&script(1), 1000);
        assert_eq!(first, statuses(&script(1), 1000));
        assert_ne!(first, statuses(&script(2), 1000));
        let failed = first.iter().filter(|status| **status == 500).count();
        assert!((200..400).contains(&failed), "{failed}");
    }

    #[test]
    fn a_pattern_flaps() {
        assert_eq!(statuses("[default]\npattern = \"ok*2, 503\"", 5), [200, 200, 503, 200, 200]);
        let fault = active("[[rule]]\nthen.pattern = \"reset\"").decide(&SEEN).fault;
        assert_eq!(fault, Some(Fault::Reset));
    }

    #[test]
    fn a_rule_is_above_the_default_and_an_outcome_is_taken_whole() {
        let script = "[default]\nlatency = \"1s\"\nstatus = 500\ntokens = 5\n[[rule]]\nwhen.nth = 1\n\
                      then = { latency = \"2s\", fault = \"reset\" }\n[[rule]]\nthen.tokens = 6";
        let active = active(script);
        let first = active.decide(&SEEN);
        assert_eq!((first.status, first.fault, first.then.tokens), (None, Some(Fault::Reset), Some(5)));
        assert_eq!(first.then.latency, "2s".parse().ok());
        let second = active.decide(&SEEN);
        assert_eq!((second.status, second.fault, second.then.tokens), (Some(500), None, Some(6)));
    }
}
