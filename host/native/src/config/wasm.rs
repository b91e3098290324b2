//! `[wasm]`: user-defined functions.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::WasmSecurity;

/// User-defined functions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wasm {
    /// Whether `WASM.*` and `FCALL` exist.
    pub enabled: bool,
    /// Directory in which WASM.LOAD finds modules by path, and whose modules are loaded at start.
    pub module_dir: PathBuf,
    /// Whether modules in that directory are loaded at start.
    pub load_at_start: bool,
    /// Whether they are loaded again when their files change; looked at each second.
    pub watch: bool,
    /// Limits of a function whose LOAD names none.
    pub limits: WasmLimits,
    /// The most that LOAD may ask for.
    pub ceilings: WasmCeilings,
    /// Instances kept ready.
    pub pool: WasmPool,
    /// How much of the shard's time functions may take.
    pub budget: WasmBudget,
    /// What functions may do.
    pub security: WasmSecurity,
}

impl Default for Wasm {
    fn default() -> Wasm {
        Wasm {
            enabled: true,
            module_dir: PathBuf::from("./wasm"),
            load_at_start: true,
            watch: false,
            limits: WasmLimits::default(),
            ceilings: WasmCeilings::default(),
            pool: WasmPool::default(),
            budget: WasmBudget::default(),
            security: WasmSecurity::default(),
        }
    }
}

impl Wasm {
    /// Finds values that are well-formed and cannot work.
    pub(super) fn check(&self) -> Result<(), String> {
        let (limits, ceilings) = (&self.limits, &self.ceilings);
        for (name, limit, ceiling) in [
            ("max_memory", limits.max_memory, ceilings.max_memory),
            ("max_fuel", limits.max_fuel, ceilings.max_fuel),
            ("max_duration_ms", limits.max_duration_ms, ceilings.max_duration_ms),
        ] {
            if limit == 0 {
                return Err(format!("wasm.limits.{name} is 0: expected at least 1"));
            }
            if limit > ceiling {
                return Err(format!("wasm.limits.{name} is {limit}, more than wasm.ceilings.{name}, {ceiling}"));
            }
        }
        for (name, limit) in [("max_store_calls", limits.max_store_calls), ("max_reply_bytes", limits.max_reply_bytes)]
        {
            if limit == 0 {
                return Err(format!("wasm.limits.{name} is 0: expected at least 1"));
            }
        }
        let budget = &self.budget;
        for (name, share) in [("function", budget.function), ("all_functions", budget.all_functions)] {
            if !(share > 0.0 && share <= 1.0) {
                return Err(format!("wasm.budget.{name} is {share}: expected more than 0 and at most 1"));
            }
        }
        if !(1..=60_000).contains(&budget.window_ms) {
            return Err(format!("wasm.budget.window_ms is {}: expected 1 to 60000", budget.window_ms));
        }
        if self.pool.min_instances > self.pool.max_instances {
            return Err("wasm.pool.min_instances is more than wasm.pool.max_instances".to_owned());
        }
        Ok(())
    }
}

/// `[wasm.limits]`: what a call may use when LOAD says nothing else.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmLimits {
    /// Bytes of all linear memories of an instance together.
    pub max_memory: u64,
    /// Units of fuel of one call.
    pub max_fuel: u64,
    /// Whether fuel is counted at all; without it functions run faster, and only time bounds their work.
    pub meter_fuel: bool,
    /// Milliseconds of one call.
    pub max_duration_ms: u64,
    /// Functions that call functions: how many deep.
    pub max_call_depth: u32,
    /// Calls on the store of one call.
    pub max_store_calls: u64,
    /// Bytes of one reply, a node counting 16.
    pub max_reply_bytes: u64,
    /// Bytes that one call may log.
    pub max_log_bytes: u64,
    /// Calls that trap one behind the other, after which the function is suspended; 0 never.
    pub suspend_after: u32,
}

impl Default for WasmLimits {
    fn default() -> WasmLimits {
        WasmLimits {
            max_memory: 67_108_864,
            max_fuel: 1_000_000,
            meter_fuel: true,
            max_duration_ms: 5000,
            max_call_depth: 8,
            max_store_calls: 1_000_000,
            max_reply_bytes: 33_554_432,
            max_log_bytes: 16_384,
            suspend_after: 100,
        }
    }
}

/// `[wasm.ceilings]`: the most that LOAD may ask for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmCeilings {
    /// Bytes of all linear memories of an instance together.
    pub max_memory: u64,
    /// Units of fuel of one call.
    pub max_fuel: u64,
    /// Milliseconds of one call.
    pub max_duration_ms: u64,
    /// Bytes of a module.
    pub max_module_bytes: u64,
}

impl Default for WasmCeilings {
    fn default() -> WasmCeilings {
        WasmCeilings {
            max_memory: 268_435_456,
            max_fuel: 1_000_000_000,
            max_duration_ms: 5000,
            max_module_bytes: 67_108_864,
        }
    }
}

/// `[wasm.pool]`: instances kept ready for functions that are loaded with `ISOLATION pooled`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmPool {
    /// Instances of one function that are kept however long they idle.
    pub min_instances: u32,
    /// Most idle instances of one function.
    pub max_instances: u32,
    /// Seconds after which an idle instance above the minimum is dropped.
    pub idle_timeout_secs: u64,
}

impl Default for WasmPool {
    fn default() -> WasmPool {
        WasmPool { min_instances: 2, max_instances: 16, idle_timeout_secs: 300 }
    }
}

/// `[wasm.budget]`: how much of the shard's time functions may take while others want it. Time that nobody else wants is
/// theirs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmBudget {
    /// The share of one function, above 0; 1 is no limit.
    pub function: f64,
    /// The share of all functions together, above 0; 1 is no limit.
    pub all_functions: f64,
    /// Milliseconds over which it is measured: a function may use its share of them at once.
    pub window_ms: u64,
    /// What becomes of a call over the budget.
    pub exceeded: OverBudget,
}

/// What becomes of a call over the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OverBudget {
    /// It waits until nobody else wants the shard, or the budget allows it.
    Wait,
    /// It fails at once.
    Fail,
}

impl Default for WasmBudget {
    fn default() -> WasmBudget {
        WasmBudget { function: 0.5, all_functions: 0.8, window_ms: 100, exceeded: OverBudget::Wait }
    }
}

impl WasmBudget {
    /// As a duration.
    pub(crate) fn window(&self) -> Duration {
        Duration::from_millis(self.window_ms)
    }
}
