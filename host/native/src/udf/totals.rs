//! Figures of all functions together, for WASM.STATS and INFO.

use super::function::Function;

/// Sums over functions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    functions: u64,
    instances: u64,
    calls: u64,
    errors: u64,
    fuel_used: u64,
}

impl Totals {
    /// Adds a function that is loaded.
    pub(crate) fn add(&mut self, function: &Function) {
        self.functions += 1;
        self.instances += function.idle_count() as u64;
        self.add_counters(function);
    }

    /// Adds what a function did, not that it is there.
    pub(crate) fn add_counters(&mut self, function: &Function) {
        let counters = &function.counters;
        self.calls += counters.calls.get();
        self.errors += counters.error_count();
        self.fuel_used = self.fuel_used.saturating_add(counters.fuel_used.get());
    }

    /// Names and values, as both commands show them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
        [
            ("functions", self.functions),
            ("instances", self.instances),
            ("call_count", self.calls),
            ("error_count", self.errors),
            ("fuel_used", self.fuel_used),
        ]
        .into_iter()
    }
}
