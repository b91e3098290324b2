//! As fast as answers come.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::args::ClosedArgs;
use crate::connection::{Connection, Target};
use crate::tally::{Failures, Times};

/// Pause after a connection that could not be opened: trying again at once would only burn the processor.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Default)]
struct Counted {
    times: Times,
    failures: Failures,
    good: u64,
}

pub(crate) async fn run(target: Rc<Target>, plan: ClosedArgs) -> Value {
    let counted_from = Instant::now() + Duration::from_secs_f64(plan.warm_up);
    let until = counted_from + Duration::from_secs_f64(plan.seconds);
    let counted = Rc::new(RefCell::new(Counted::default()));
    for worker in 0..plan.connections as u64 {
        // Numbers that no other connection gets to.
        let numbers = worker * 10_000..;
        tokio::task::spawn_local(ask(target.clone(), numbers, counted.clone(), counted_from..until));
    }
    tokio::time::sleep_until(until.into()).await;
    let counted = &mut *counted.borrow_mut();
    json!({
        "mode": "closed",
        "connections": plan.connections,
        "rate": counted.good as f64 / plan.seconds,
        "good": counted.good,
        "failures": counted.failures.report(),
        "latency_ms": counted.times.report(),
    })
}

async fn ask(
    target: Rc<Target>,
    numbers: impl Iterator<Item = u64>,
    counted: Rc<RefCell<Counted>>,
    window: Range<Instant>,
) {
    let mut connection = None;
    for number in numbers {
        let began = Instant::now();
        let answer = match connection.take() {
            Some(open) => Ok(open),
            None => Connection::open(&target).await,
        };
        let answer = match answer {
            Ok(mut open) => {
                let answer = open.ask(&target, number).await;
                if answer.is_ok() && open.is_open().await {
                    connection = Some(open);
                }
                answer
            }
            Err(failure) => {
                tokio::time::sleep(PAUSE).await;
                Err(failure)
            }
        };
        let ended = Instant::now();
        if !window.contains(&ended) {
            continue;
        }
        let counted = &mut *counted.borrow_mut();
        match answer {
            Ok(_) => {
                counted.good += 1;
                counted.times.add(ended.duration_since(began));
            }
            Err(failure) => counted.failures.add(failure),
        }
    }
}
