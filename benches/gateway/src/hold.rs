//! Many requests at once that are not answered meanwhile.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::args::HoldArgs;
use crate::connection::{Connection, Target};
use crate::schedule;
use crate::tally::Failures;

pub(crate) async fn run(target: Rc<Target>, plan: HoldArgs) -> Value {
    let failures = Rc::new(RefCell::new(Failures::default()));
    let ended = Rc::new(Cell::new(0_usize));
    let seconds = plan.requests as f64 / plan.ramp;
    let mut due = schedule::start(Instant::now(), schedule::times(plan.ramp, seconds, 1));
    let mut number = 0;
    while due.recv().await.is_some() {
        number += 1;
        let (target, failures, ended) = (target.clone(), failures.clone(), ended.clone());
        tokio::task::spawn_local(async move {
            let answer = match Connection::open(&target).await {
                Ok(mut connection) => connection.ask(&target, number).await.map(drop),
                Err(failure) => Err(failure),
            };
            ended.set(ended.get() + 1);
            if let Err(failure) = answer {
                failures.borrow_mut().add(failure);
            }
        });
    }
    // The one that measures memory reads this line.
    println!("{}", json!({"holding": plan.requests - ended.get()}));
    tokio::time::sleep(Duration::from_secs_f64(plan.seconds)).await;
    let failures = failures.borrow().report();
    json!({
        "mode": "hold",
        "requests": plan.requests,
        "held": plan.requests.saturating_sub(ended.get()),
        "answered_or_failed": ended.get(),
        "failures": failures,
    })
}
