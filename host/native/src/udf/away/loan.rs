//! Work that a function off the shard has the shard's thread do, on what stays on the function's own stack meanwhile.
//!
//! A store call needs the store, which never leaves the shard, and the function's memory, which nobody may touch while
//! the function runs. While the function waits for the call it does not run: so it lends itself to the shard's thread,
//! and gets itself back when the call is done. Nothing of the call is copied for it.

use std::cell::UnsafeCell;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use crate::server::Shard;
use crate::udf::limits::AWAY_STORE_CALLS;

/// The way to the shard's thread.
#[derive(Debug, Clone)]
pub(crate) struct Door(mpsc::Sender<Loan>);

/// What comes through the door.
#[derive(Debug)]
pub(crate) struct Errands(mpsc::Receiver<Loan>);

/// The shard is gone, or the server stops.
#[derive(Debug, PartialEq)]
pub(crate) struct Gone;

/// A door and what is behind it. At most `AWAY_STORE_CALLS` errands wait in it; who brings another one waits outside.
pub(crate) fn door() -> (Door, Errands) {
    let (sender, receiver) = mpsc::channel(AWAY_STORE_CALLS);
    (Door(sender), Errands(receiver))
}

/// How far a loan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It waits for the shard.
    Waiting,
    /// The shard's thread works on it.
    Running,
    /// The lender has everything back.
    Over,
}

#[derive(Debug)]
struct State {
    phase: Mutex<Phase>,
    changed: Condvar,
}

impl State {
    /// Goes from one phase to the next; false when it was in another one.
    fn go(&self, from: Phase, to: Phase) -> bool {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let goes = *phase == from;
        if goes {
            *phase = to;
            self.changed.notify_all();
        }
        goes
    }

    /// Withdraws a loan that waits; waits for the end of one that runs.
    fn end(&self) {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        if *phase == Phase::Waiting {
            *phase = Phase::Over;
        }
        while *phase == Phase::Running {
            phase = self.changed.wait(phase).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Work on its way, and where what it came to is left.
struct Slot<F, R> {
    work: Option<F>,
    result: Option<R>,
}

/// A slot without its type.
#[derive(Debug)]
pub(crate) struct Loan {
    state: Arc<State>,
    slot: *mut (),
    run: unsafe fn(*mut (), &Rc<Shard>),
    done: oneshot::Sender<()>,
}

// SAFETY: the slot holds a closure and a result that are `Send` (`Door::on_shard` asks for it), and the phase lets only one
// thread at a time touch it.
unsafe impl Send for Loan {}

/// # Safety
/// `slot` points to a `Slot<F, R>` that nobody else touches.
unsafe fn run<F: FnOnce(&Rc<Shard>) -> R, R>(slot: *mut (), shard: &Rc<Shard>) {
    // SAFETY: as the caller says.
    let slot = unsafe { &mut *slot.cast::<Slot<F, R>>() };
    slot.result = slot.work.take().map(|work| work(shard));
}

/// Ends the loan however the lender is left, before what it lent is gone.
struct Lender(Arc<State>);

impl Drop for Lender {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Door {
    /// Has the shard's thread do the work and waits for it. When the future is dropped, the work is not begun any more, or
    /// has ended.
    pub(crate) async fn on_shard<F, R>(&self, work: F) -> Result<R, Gone>
    where
        F: FnOnce(&Rc<Shard>) -> R + Send,
        R: Send,
    {
        let state = Arc::new(State { phase: Mutex::new(Phase::Waiting), changed: Condvar::new() });
        let slot = Shared(Box::new(UnsafeCell::new(Slot { work: Some(work), result: None })));
        // Declared behind the slot, and so dropped before it.
        let lender = Lender(Arc::clone(&state));
        let (done, ended) = oneshot::channel();
        let loan = Loan { state, slot: slot.0.get().cast(), run: run::<F, R>, done };
        self.0.send(loan).await.map_err(|_| Gone)?;
        ended.await.map_err(|_| Gone)?;
        drop(lender);
        slot.0.into_inner().result.ok_or(Gone)
    }
}

/// A slot that stays where it is while its owner moves between threads.
struct Shared<F, R>(Box<UnsafeCell<Slot<F, R>>>);

// SAFETY: closure and result are `Send`, and the loan's phase says who may touch them.
unsafe impl<F: Send, R: Send> Send for Shared<F, R> {}
// SAFETY: nothing of it is reachable by a shared reference but its address.
unsafe impl<F: Send, R: Send> Sync for Shared<F, R> {}

impl Errands {
    /// The next one; none when all doors are gone.
    pub(crate) async fn next(&mut self) -> Option<Loan> {
        self.0.recv().await
    }
}

impl Loan {
    /// Does the work, on the shard's thread, unless the lender is gone.
    pub(crate) fn run(self, shard: &Rc<Shard>) {
        if !self.state.go(Phase::Waiting, Phase::Running) {
            return;
        }
        /// Gives everything back, also when the work panics.
        struct GiveBack(Arc<State>);
        impl Drop for GiveBack {
            fn drop(&mut self) {
                self.0.go(Phase::Running, Phase::Over);
            }
        }
        let give_back = GiveBack(Arc::clone(&self.state));
        // SAFETY: the slot is of these types, and lives until the phase is `Over`: the lender waits for that. In the phase
        // `Running` nobody else touches it.
        unsafe { (self.run)(self.slot, shard) };
        drop(give_back);
        // The lender may have gone while it waited.
        let _ = self.done.send(());
    }
}
