//! Load for gateways of models, and for the models' servers themselves: `compare.py` runs it, people can too.
//!
//! Three ways to ask: [`open`] at a fixed rate, whatever comes back; [`closed`] as fast as answers come; [`hold`] many at
//! once that are not answered. Each prints one line of JSON. Times are milliseconds.
//!
//! In reading order: [`args`] is the command line, [`schedule`] says when requests are due, [`connection`] is one exchange,
//! [`events`] finds content in streams, [`tally`] is what is counted.

mod args;
mod closed;
mod connection;
mod events;
mod hold;
mod open;
mod schedule;
mod tally;

use std::rc::Rc;

use anyhow::Result;
use clap::Parser;
use tokio::task::LocalSet;

use args::{Args, How};
use connection::Target;

fn main() -> Result<()> {
    let args = Args::parse();
    // One thread: what it takes from the machine is little and the same for everybody that is measured.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let target = Rc::new(Target::new(&args.request)?);
        let report = match args.how {
            How::Open(plan) => open::run(target, plan).await,
            How::Closed(plan) => closed::run(target, plan).await,
            How::Hold(plan) => hold::run(target, plan).await,
        };
        println!("{report}");
        Ok(())
    })
}
