//! Whether a call may begin: the function is not suspended, not called too often, and has not had more than its share of
//! the shard's time. What is over its share waits for idle time, or for its share to come back.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};

use super::budget::Budget;
use super::failure::Failure;
use super::function::Function;
use super::rate::Rate;
use super::slots::Slots;
use super::suspension::Suspension;
use super::{Functions, Outcome};
use crate::config::{OverBudget, WasmBudget};
use crate::server::Shard;
use crate::wasm::HostCall;

/// How often a call that waits looks whether its turn has come.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// What decides about the calls of one function.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) budget: Budget,
    pub(crate) suspension: Suspension,
    pub(crate) slots: Slots,
    rate: Option<Rate>,
    /// Calls over the budget stand in it one behind the other.
    queue: Rc<Semaphore>,
    waits: Cell<u64>,
    waited: Cell<Duration>,
}

/// What is to become of a call.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    Begin,
    /// The budget is used up: it begins later.
    Wait,
    Refuse(Refusal),
}

/// Why a call was not begun.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// It keeps trapping.
    Suspended { left: Duration, in_a_row: u32, last: String },
    /// It was called more often than LOAD allowed.
    Rate { per_second: u32, wait: Duration },
    /// As many instances of it as LOAD allowed run already.
    Instances { most: u32 },
    /// It has had its share, and may not wait.
    Budget { share: f64, all: bool },
}

impl Refusal {
    /// The error line.
    fn describe(&self, name: &str) -> String {
        match self {
            Refusal::Suspended { left, in_a_row, last } => format!(
                "ERR wasm: function '{name}' is suspended for another {} ms: {in_a_row} calls in a row failed, the last with \
                 '{last}' (WASM.LOAD … REPLACE ends it)",
                left.as_millis().max(1)
            ),
            Refusal::Rate { per_second, wait } => format!(
                "ERR wasm: function '{name}' may be called {per_second} times a second, try again in {} ms",
                wait.as_millis().max(1)
            ),
            Refusal::Instances { most } => {
                format!("ERR wasm: function '{name}' runs {most} times at once already, as many as its INSTANCES")
            }
            Refusal::Budget { share, all } => format!(
                "ERR wasm: {} had {:.0} % of the shard's time and more, try again ([wasm.budget] {})",
                if *all { "all functions together".to_owned() } else { format!("function '{name}'") },
                share * 100.0,
                if *all { "all_functions" } else { "function" },
            ),
        }
    }
}

impl Admission {
    pub(crate) fn new(budget: &WasmBudget, calls_per_second: Option<u32>, instances: Option<u32>) -> Admission {
        Admission {
            budget: Budget::new(budget.function, budget.window()),
            suspension: Suspension::default(),
            slots: Slots::new(instances),
            rate: calls_per_second.map(Rate::new),
            queue: Rc::new(Semaphore::new(1)),
            waits: Cell::default(),
            waited: Cell::default(),
        }
    }

    /// Counts a call of a client or of another function, unless the function is suspended or called too often.
    #[inline]
    fn begin(&self) -> Result<(), Refusal> {
        if let Some(left) = self.suspension.left() {
            let (in_a_row, last) = self.suspension.cause();
            return Err(Refusal::Suspended { left, in_a_row, last });
        }
        let Some(rate) = &self.rate else { return Ok(()) };
        rate.take(Instant::now()).map_err(|wait| Refusal::Rate { per_second: rate.per_second(), wait })
    }

    /// How many calls a second LOAD allowed.
    pub(crate) fn calls_per_second(&self) -> Option<u32> {
        self.rate.as_ref().map(Rate::per_second)
    }

    /// How many calls waited, and for how long together.
    pub(crate) fn waits(&self) -> (u64, Duration) {
        (self.waits.get(), self.waited.get())
    }

    fn count_wait(&self, waited: Duration) {
        self.waits.set(self.waits.get() + 1);
        self.waited.set(self.waited.get() + waited);
    }
}

impl Functions {
    /// Whether a client's call may begin now. Inside of EXEC nothing waits.
    #[inline]
    pub(crate) fn admit(&self, shard: &Shard, function: &Function, in_exec: bool) -> Verdict {
        let admission = &function.admission;
        if let Err(refusal) = admission.begin() {
            return Verdict::Refuse(refusal);
        }
        if !admission.budget.may_be_exceeded() && !self.budget.may_be_exceeded() {
            return Verdict::Begin;
        }
        self.over_budget(shard, function, in_exec)
    }

    #[cold]
    fn over_budget(&self, shard: &Shard, function: &Function, in_exec: bool) -> Verdict {
        let (settings, now) = (&self.settings().budget, Instant::now());
        let (own, all) = (&function.admission.budget, &self.budget);
        let over = |is_over: fn(&Budget, Instant) -> bool| is_over(own, now) || is_over(all, now);
        let refusal = || {
            let all = !own.is_exceeded(now);
            Refusal::Budget { share: if all { settings.all_functions } else { settings.function }, all }
        };
        if !over(Budget::is_exceeded) {
            Verdict::Begin
        } else if in_exec {
            if over(Budget::is_drawn_out) { Verdict::Refuse(refusal()) } else { Verdict::Begin }
        } else if settings.exceeded == OverBudget::Fail {
            Verdict::Refuse(refusal())
        } else if shard.serves_one_client() {
            Verdict::Begin
        } else {
            Verdict::Wait
        }
    }

    /// The same for a function that another one calls, whose time is its caller's.
    pub(crate) fn admit_nested(&self, function: &Function) -> Result<(), Failure> {
        function.admission.begin().map_err(|refusal| Failure::Refused(refusal.describe(&function.description.name)))
    }

    /// Takes one of the instances that the function may have at a time, which its call has to free.
    #[inline]
    pub(crate) fn occupy(&self, function: &Function) -> Result<(), Failure> {
        let slots = &function.admission.slots;
        if slots.take() {
            return Ok(());
        }
        let refusal = Refusal::Instances { most: slots.most().unwrap_or_default() };
        Err(Failure::Refused(refusal.describe(&function.description.name)))
    }

    /// The error line of a refusal, counted.
    #[cold]
    pub(crate) fn refused(&self, function: &Function, refusal: &Refusal) -> String {
        let line = refusal.describe(&function.description.name);
        function.counters.count_refusal();
        line
    }

    /// Counts what a client's call took.
    #[inline]
    pub(crate) fn spend(&self, function: &Function, now: Instant, took: Duration) {
        function.admission.budget.spend(now, took);
        self.budget.spend(now, took);
    }

    /// Executes a command again, once its function may run.
    pub(crate) fn later(
        &self,
        shard: &Rc<Shard>,
        function: &Rc<Function>,
        call: &HostCall,
        argv: ferrite_resp::Args<'_>,
    ) -> Outcome {
        let (answer, later) = oneshot::channel();
        let (shard, function, argv) = (Rc::clone(shard), Rc::clone(function), argv.to_owned_args());
        let call = HostCall { commands: Vec::new(), ..*call };
        tokio::task::spawn_local(async move {
            let began = Instant::now();
            let (own, all) = (Rc::clone(&function.admission.queue), Rc::clone(&shard.functions.queue));
            // Both are never closed; were they, the call would run at once.
            let first_of_its_function = own.acquire().await;
            wait(&shard, &function, &answer).await;
            let first_of_all = all.acquire().await;
            // Behind everyone who is ready, and behind a look at the sockets: others are served between any two calls.
            tokio::task::yield_now().await;
            if answer.is_closed() || shard.has_failed() {
                return;
            }
            function.admission.count_wait(began.elapsed());
            let mut bytes = Vec::new();
            let outcome = shard.functions.execute_admitted(&shard, &call, argv.view(), &mut bytes);
            drop((first_of_its_function, first_of_all));
            if let Outcome::Later(reply) = outcome {
                // What has the function's name by now runs off the shard.
                match reply.await {
                    Ok(reply) => bytes = reply,
                    Err(_) => return,
                }
            }
            // The client may be gone by now.
            drop(answer.send(bytes));
        });
        Outcome::Later(later)
    }
}

/// Until nobody else wants the shard, or the budgets allow it.
async fn wait(shard: &Shard, function: &Function, answer: &oneshot::Sender<Vec<u8>>) {
    loop {
        let turns = shard.turns();
        tokio::task::yield_now().await;
        let now = Instant::now();
        let over = function.admission.budget.is_exceeded(now) || shard.functions.budget.is_exceeded(now);
        if !over || shard.turns() == turns || answer.is_closed() {
            return;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
