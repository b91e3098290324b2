//! A fixed rate, whatever comes back.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::args::OpenArgs;
use crate::connection::{Connection, Target};
use crate::schedule;
use crate::tally::{Failures, Times};

/// How long after the last request was due answers are still waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// From now to the first request: the thread that sleeps has to begin.
const HEAD_START: Duration = Duration::from_millis(50);

struct Open {
    target: Rc<Target>,
    /// The time that counts.
    window: Range<Instant>,
    /// The last that was used comes first, so that no more are used than are needed.
    idle: RefCell<Vec<Connection>>,
    busy: Cell<usize>,
    /// Requests that are due and have no connection.
    waiting: RefCell<VecDeque<(u64, Instant)>>,
    done: Cell<u64>,
    finished: Notify,
    counted: RefCell<Counted>,
}

#[derive(Default)]
struct Counted {
    times: Times,
    late: Times,
    first_content: Times,
    gaps: Times,
    failures: Failures,
    good: u64,
    /// Good answers that ended within the window, whenever they were due: what is held in the long run.
    ended_in_time: u64,
    chunks: u64,
}

pub(crate) async fn run(target: Rc<Target>, plan: OpenArgs) -> Value {
    let began = Instant::now() + HEAD_START;
    let counted_from = began + Duration::from_secs_f64(plan.warm_up);
    let window = counted_from..counted_from + Duration::from_secs_f64(plan.seconds);
    let seconds = plan.warm_up + plan.seconds;
    let all = (plan.rate * seconds).round() as u64;
    let mut due = schedule::start(began, schedule::times(plan.rate, seconds, plan.seed));
    let open = Rc::new(Open {
        target,
        window,
        idle: RefCell::default(),
        busy: Cell::new(0),
        waiting: RefCell::default(),
        done: Cell::new(0),
        finished: Notify::new(),
        counted: RefCell::default(),
    });
    let mut number = 0;
    while let Some(time) = due.recv().await {
        number += 1;
        if open.busy.get() < plan.connections {
            open.busy.set(open.busy.get() + 1);
            tokio::task::spawn_local(serve(open.clone(), number, time));
        } else {
            open.waiting.borrow_mut().push_back((number, time));
        }
    }
    let everything = async {
        while open.done.get() < all {
            open.finished.notified().await;
        }
    };
    // Those that do not come are in the report.
    let _ = tokio::time::timeout(PATIENCE, everything).await;
    let unanswered = all - open.done.get();
    let connections = open.idle.borrow().len() + open.busy.get();
    let counted = &mut *open.counted.borrow_mut();
    json!({
        "mode": "open",
        "wanted_rate": plan.rate,
        "rate": counted.ended_in_time as f64 / plan.seconds,
        "good": counted.good,
        "failures": counted.failures.report(),
        "unanswered": unanswered,
        "connections": connections,
        "latency_ms": counted.times.report(),
        "late_ms": counted.late.report(),
        "first_content_ms": counted.first_content.report(),
        "gap_ms": counted.gaps.report(),
        "chunks": counted.chunks as f64 / counted.good.max(1) as f64,
    })
}

/// Sends a request, and then those that wait for a connection.
async fn serve(open: Rc<Open>, number: u64, due: Instant) {
    let mut next = Some((number, due));
    while let Some((number, due)) = next {
        exchange(&open, number, due).await;
        open.done.set(open.done.get() + 1);
        open.finished.notify_one();
        next = open.waiting.borrow_mut().pop_front();
    }
    open.busy.set(open.busy.get() - 1);
}

async fn exchange(open: &Open, number: u64, due: Instant) {
    // What may be closed by now is not asked on: that would be this program's failure.
    let mut kept = None;
    while let Some(mut connection) = { open.idle.borrow_mut().pop() } {
        if connection.is_open().await {
            kept = Some(connection);
            break;
        }
    }
    let connection = match kept {
        Some(connection) => Ok(connection),
        None => Connection::open(&open.target).await,
    };
    let sent = Instant::now();
    let answer = match connection {
        Ok(mut connection) => {
            let answer = connection.ask(&open.target, number).await;
            if answer.is_ok() {
                open.idle.borrow_mut().push(connection);
            }
            answer
        }
        Err(failure) => Err(failure),
    };
    let counted = &mut *open.counted.borrow_mut();
    if let Ok(answer) = &answer {
        counted.ended_in_time += u64::from(open.window.contains(&answer.ended));
    }
    if due < open.window.start {
        return;
    }
    counted.late.add(sent.saturating_duration_since(due));
    match answer {
        Ok(answer) => {
            counted.good += 1;
            counted.times.add(answer.ended.saturating_duration_since(due));
            counted.chunks += answer.content.len() as u64;
            if let Some(first) = answer.content.first() {
                counted.first_content.add(first.saturating_duration_since(due));
            }
            for (before, after) in answer.content.iter().zip(answer.content.iter().skip(1)) {
                counted.gaps.add(after.duration_since(*before));
            }
        }
        Err(failure) => counted.failures.add(failure),
    }
}
