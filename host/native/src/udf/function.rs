//! A loaded function: what it is, what it may use, its idle instances, and what it has done so far.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::admission::Admission;
use super::away::Reach;
use super::durations::Durations;
use super::entry::{Described, Entries};
use super::failure::{Failure, KINDS, REFUSED};
use super::grants::Grants;
use super::instance::{Instance, NoInstance, Template};
use super::limits::Limits;
use super::lines::Lines;
use super::permissions::Permissions;
use super::worker::Compiled;

/// Whether calls share instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// An instance serves many calls, one after the other; what it keeps in its memory, the next call finds.
    #[default]
    Pooled,
    /// Each call gets an instance of its own.
    Fresh,
}

impl Isolation {
    /// The word of WASM.LOAD, in any case.
    pub(crate) fn named(word: &[u8]) -> Option<Isolation> {
        [Isolation::Pooled, Isolation::Fresh].into_iter().find(|one| word.eq_ignore_ascii_case(one.name().as_bytes()))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Isolation::Pooled => "pooled",
            Isolation::Fresh => "fresh",
        }
    }
}

/// What is the same for all calls of a function.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub(crate) name: Arc<str>,
    /// SHA-256 of the module, in hex.
    pub(crate) digest: String,
    /// Bytes of the module.
    pub(crate) size: u64,
    pub(crate) permissions: Permissions,
    /// What the permissions are narrowed to.
    pub(crate) grants: Arc<Grants>,
    pub(crate) limits: Limits,
    pub(crate) isolation: Isolation,
    /// Milliseconds since the Unix epoch.
    pub(crate) loaded_at_ms: u64,
}

/// What one call used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) fuel: u64,
    pub(crate) memory: u64,
    pub(crate) store_calls: u64,
}

/// What a function's calls came to.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) calls: Cell<u64>,
    errors: [Cell<u64>; KINDS.len()],
    pub(crate) fuel_used: Cell<u64>,
    pub(crate) store_calls: Cell<u64>,
    pub(crate) durations: Durations,
    pub(crate) last_memory: Cell<u64>,
    pub(crate) peak_memory: Cell<u64>,
}

impl Counters {
    /// Counts a call that ended.
    pub(crate) fn count(&self, used: Used, took: Duration, failure: Option<&Failure>) {
        self.calls.set(self.calls.get() + 1);
        self.fuel_used.set(self.fuel_used.get().saturating_add(used.fuel));
        self.store_calls.set(self.store_calls.get() + used.store_calls);
        self.durations.add(took);
        self.last_memory.set(used.memory);
        self.peak_memory.set(self.peak_memory.get().max(used.memory));
        if let Some(counter) = failure.and_then(|failure| self.errors.get(failure.kind())) {
            counter.set(counter.get() + 1);
        }
    }

    /// Counts a call that was not begun.
    pub(crate) fn count_refusal(&self) {
        if let Some(counter) = self.errors.get(REFUSED) {
            counter.set(counter.get() + 1);
        }
    }

    /// Errors by kind, all kinds.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        KINDS.into_iter().zip(self.errors.iter().map(Cell::get))
    }

    /// Errors of all kinds.
    pub(crate) fn error_count(&self) -> u64 {
        self.errors.iter().map(Cell::get).sum()
    }
}

/// A function that can be called.
pub(crate) struct Function {
    pub(crate) description: Description,
    pub(crate) counters: Counters,
    pub(crate) admission: Admission,
    /// What WASM.LOG shows.
    pub(crate) lines: Lines,
    /// Instances made so far.
    made: Cell<u64>,
    template: Template,
    /// The commands that it adds.
    pub(crate) commands: Vec<Rc<Described>>,
    /// Held so that a LOAD of the same bytes under another name does not compile them again.
    _compiled: Arc<Compiled>,
    idle: RefCell<Vec<Instance>>,
    /// The number of calls when idle instances were last looked at, and for how many seconds it has not changed.
    quiet: Cell<(u64, u64)>,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("description", &self.description).finish_non_exhaustive()
    }
}

impl Function {
    pub(crate) fn new(
        description: Description,
        admission: Admission,
        lines: Lines,
        template: Template,
        commands: Vec<Rc<Described>>,
        compiled: Arc<Compiled>,
    ) -> Function {
        Function {
            description,
            counters: Counters::default(),
            admission,
            lines,
            made: Cell::new(0),
            template,
            commands,
            _compiled: compiled,
            idle: RefCell::default(),
            quiet: Cell::default(),
        }
    }

    /// What it can reach outside, if it runs off the shard.
    #[inline]
    pub(crate) fn reach(&self) -> Option<&Reach> {
        self.template.away.as_ref()
    }

    pub(crate) fn template(&self) -> &Template {
        &self.template
    }

    /// How it can be called.
    #[inline]
    pub(crate) fn entries(&self) -> &Entries {
        &self.template.entries
    }

    /// An instance for one call, an idle one if there is one.
    #[inline]
    pub(crate) fn take_instance(&self) -> Result<Instance, NoInstance> {
        match self.idle.borrow_mut().pop() {
            Some(instance) => Ok(instance),
            None => self.make_instance(),
        }
    }

    fn make_instance(&self) -> Result<Instance, NoInstance> {
        self.made.set(self.made.get() + 1);
        Instance::new(&self.template, &self.description.name, &self.lines, self.description.limits)
    }

    /// Takes back an instance that may serve another call.
    #[inline]
    pub(crate) fn give_back(&self, instance: Instance, most_idle: usize) {
        let mut idle = self.idle.borrow_mut();
        if self.description.isolation == Isolation::Pooled && idle.len() < self.at_most(most_idle) {
            idle.push(instance);
        }
    }

    /// Makes idle instances until there are `count`; an error is left for the first call to report.
    pub(crate) fn prepare(&self, count: usize) {
        if self.description.isolation == Isolation::Fresh {
            return;
        }
        while self.idle.borrow().len() < self.at_most(count) {
            match self.make_instance() {
                Ok(instance) => self.idle.borrow_mut().push(instance),
                Err(reason) => {
                    tracing::debug!(function = %self.description.name, ?reason, "no instance was prepared");
                    return;
                }
            }
        }
    }

    /// This many instances, or those that LOAD allowed if they are fewer.
    #[inline]
    fn at_most(&self, count: usize) -> usize {
        self.admission.slots.most().map_or(count, |most| count.min(most as usize))
    }

    /// How many instances were made so far.
    pub(crate) fn made_count(&self) -> u64 {
        self.made.get()
    }

    /// How many instances wait for a call.
    pub(crate) fn idle_count(&self) -> usize {
        self.idle.borrow().len()
    }

    /// Drops idle instances above `keep`.
    pub(crate) fn drop_idle(&self, keep: usize) {
        self.idle.borrow_mut().truncate(keep);
    }

    /// To be told once a second or so: drops instances above `keep` when nobody has called for `timeout_secs`.
    pub(crate) fn grow_old(&self, secs: u64, timeout_secs: u64, keep: usize) {
        let calls = self.counters.calls.get();
        let (seen, quiet) = self.quiet.get();
        let quiet = if seen == calls { quiet + secs } else { 0 };
        self.quiet.set((calls, quiet));
        if quiet >= timeout_secs {
            self.drop_idle(keep);
        }
    }
}
