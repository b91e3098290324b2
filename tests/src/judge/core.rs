//! The core, natively, in this process.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use ferrite_store_core as core;

use super::in_process::{Engine, InProcessJudge, Next, Turn};

/// How long a host lets maintenance run, in microseconds.
const TICK_BUDGET_US: u32 = 1000;

/// The store's core and its clock.
pub struct CoreEngine {
    store: core::Store,
    clock: Clock,
}

/// Microseconds since 1970: of the system, or where a test has put them.
#[derive(Clone, Debug)]
enum Clock {
    System,
    Still(Rc<Cell<u64>>),
}

impl std::fmt::Debug for CoreEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CoreEngine").field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// The judge made of it.
pub type CoreJudge = InProcessJudge<CoreEngine>;

struct TestEnvironment {
    clock: Clock,
    entropy: Cell<u64>,
}

impl core::Environment for TestEnvironment {
    fn now_us(&self) -> u64 {
        match &self.clock {
            Clock::System => system_us(),
            Clock::Still(moment) => moment.get(),
        }
    }

    fn entropy(&self) -> u64 {
        // A fixed sequence, so that a failure comes again. The multiplier is Knuth's for 64-bit generators.
        let next = self.entropy.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.entropy.set(next);
        next ^ (next >> 32)
    }
}

/// The time now, in microseconds since 1970.
fn system_us() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    u64::try_from(now.as_micros()).expect("microseconds since 1970 fit 64 bits")
}

impl CoreEngine {
    /// An empty store whose clock starts now and stands still but for `advance`.
    pub fn new() -> CoreEngine {
        CoreEngine::with_clock(Clock::Still(Rc::new(Cell::new(system_us()))))
    }

    /// An empty store that lives in the same time as other servers.
    pub fn with_system_clock() -> CoreEngine {
        CoreEngine::with_clock(Clock::System)
    }

    fn with_clock(clock: Clock) -> CoreEngine {
        let environment = TestEnvironment { clock: clock.clone(), entropy: Cell::new(1) };
        CoreEngine { store: core::Store::new(Box::new(environment)), clock }
    }
}

impl Default for CoreEngine {
    fn default() -> CoreEngine {
        CoreEngine::new()
    }
}

impl Engine for CoreEngine {
    type Session = u64;

    fn open(&mut self, address: &str, local_address: &str) -> Result<u64> {
        Ok(self.store.open_session(address, local_address))
    }

    fn id(&self, session: &u64) -> u64 {
        *session
    }

    fn close(&mut self, session: u64) -> Result<()> {
        self.store.close_session(session);
        Ok(())
    }

    fn exchange(&mut self, session: &u64, input: &[u8]) -> Result<Turn> {
        let turn = self.store.exchange(*session, input);
        let next = match turn.next {
            core::Next::Input | core::Next::Need(_) => Next::Input,
            core::Next::Again => Next::Again,
            core::Next::Parked(_) => Next::Parked,
            core::Next::Close => Next::Close,
            core::Next::Host(call) => bail!("the engine wants its host to execute {call:?}"),
        };
        Ok(Turn { consumed: turn.consumed, replies: turn.replies, next })
    }

    fn take_outbox(&mut self) -> Result<Vec<(Vec<u64>, Vec<u8>)>> {
        Ok(self.store.take_outbox().into_iter().map(|delivery| (delivery.sessions, delivery.bytes)).collect())
    }

    fn take_closed(&mut self) -> Result<Vec<u64>> {
        let closed = self.store.take_events().into_iter().filter_map(|event| match event {
            core::Event::CloseSession(id) => Some(id),
            _ => None,
        });
        Ok(closed.collect())
    }

    fn advance(&mut self, milliseconds: u64) -> Result<()> {
        match &self.clock {
            Clock::System => std::thread::sleep(Duration::from_millis(milliseconds)),
            Clock::Still(moment) => moment.set(moment.get() + milliseconds * 1000),
        }
        self.store.tick(TICK_BUDGET_US);
        Ok(())
    }
}
