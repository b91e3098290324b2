//! The wasmtime engine of functions: everything that runs in it is metered, interruptible and bounded.

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig,
    WasmBacktraceDetails,
};

use super::limits::{
    AWAY_STACKS, CORE_INSTANCES_PER_COMPONENT, MEMORIES_PER_COMPONENT, TABLE_ELEMENTS, TABLES_PER_COMPONENT,
    TOTAL_CORE_INSTANCES, TOTAL_INSTANCES, WASM_STACK_BYTES,
};

const PAGE_BYTES: u64 = 64 << 10;
/// What offsets of 32 bits reach: with all of it reserved, no bounds check is compiled.
const RESERVED_BYTES: u64 = 4 << 30;

/// An engine whose instances hold at most `max_memory` bytes in one linear memory.
///
/// Where the system does not give the address space of the pool (`ulimit -v`, valgrind), instances are allocated one by
/// one: slower to make, with the same limits.
pub(crate) fn function_engine(max_memory: u64, meters_fuel: bool) -> wasmtime::Result<Engine> {
    let mut config = config();
    config.consume_fuel(meters_fuel);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(max_memory)));
    Engine::new(&config).or_else(|error| {
        tracing::warn!("no pool for instances of functions, they are allocated one by one: {error:#}");
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        Engine::new(&config)
    })
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .cranelift_opt_level(OptLevel::Speed)
        .concurrency_support(false)
        .consume_fuel(true)
        .operator_cost(costs())
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK_BYTES)
        .wasm_memory64(false)
        .memory_reservation(RESERVED_BYTES)
        .memory_guard_size(32 << 20)
        .memory_may_move(false)
        // One core compiles while the shard keeps the other: a LOAD may take longer, but nobody waits for it.
        .parallel_compilation(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config
}

fn pool(max_memory: u64) -> PoolingAllocationConfig {
    let whole_pages = max_memory.div_ceil(PAGE_BYTES).saturating_mul(PAGE_BYTES).min(RESERVED_BYTES);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(TOTAL_INSTANCES)
        .total_core_instances(TOTAL_CORE_INSTANCES)
        // 4 GiB of address space each, of which nothing is backed until it is used: 4 of the 128 TiB that there are.
        .total_memories(TOTAL_INSTANCES)
        .total_tables(TOTAL_CORE_INSTANCES)
        .total_stacks(AWAY_STACKS)
        .max_memory_size(usize::try_from(whole_pages).unwrap_or(usize::MAX))
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .max_tables_per_component(TABLES_PER_COMPONENT)
        .max_core_instances_per_component(CORE_INSTANCES_PER_COMPONENT)
        .table_elements(TABLE_ELEMENTS)
        // Resetting a little memory by hand is cheaper than giving its pages back and faulting them in again.
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(16 << 10)
        // Only what was written to is put back, where the kernel can say what that is.
        .pagemap_scan(Enabled::Auto);
    pool
}

/// One unit of fuel an operator, and bulk operators by what they move: each is then no dearer in time than the same
/// fuel spent in a loop.
fn costs() -> OperatorCost {
    let mut costs = OperatorCost::new();
    let bulk = &mut costs.variable;
    bulk.memory_copy_per_byte = 1;
    bulk.memory_fill_per_byte = 1;
    bulk.memory_init_per_byte = 1;
    // A new page is faulted in when it is used; how many there can be, the memory limit says.
    bulk.memory_grow_per_page = 16;
    bulk.table_copy_per_element = 4;
    bulk.table_fill_per_element = 4;
    bulk.table_init_per_element = 4;
    bulk.table_grow_per_element = 4;
    costs
}
