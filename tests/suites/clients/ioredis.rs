//! npm's `ioredis`, by `tests/clients/node/check-ioredis*.mjs`.

use anyhow::Result;
use ferrite_tests::subject::Subject;

use crate::node::{Connection, check, check_in_both_protocols};

ferrite_tests::on_both!(
    the_checks_hold,
    the_checks_hold_behind_a_password,
    every_data_type_and_waiting_hold,
    dumps_hold,
    pushes_hold
);

fn the_checks_hold(subject: Subject) -> Result<()> {
    check_in_both_protocols(subject, "check-ioredis.mjs")
}

fn the_checks_hold_behind_a_password(subject: Subject) -> Result<()> {
    check(subject, "check-ioredis.mjs", Connection { password: "pass word", ..Connection::default() })
}

fn every_data_type_and_waiting_hold(subject: Subject) -> Result<()> {
    check_in_both_protocols(subject, "check-ioredis-data.mjs")
}

fn dumps_hold(subject: Subject) -> Result<()> {
    check_in_both_protocols(subject, "check-ioredis-dumps.mjs")
}

fn pushes_hold(subject: Subject) -> Result<()> {
    check_in_both_protocols(subject, "check-ioredis-pushes.mjs")
}
