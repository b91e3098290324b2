//! npm's `redis`, by `tests/clients/node/check-redis*.mjs`.

use anyhow::Result;
use ferrite_tests::subject::Subject;

use crate::node::{Connection, check, check_in_both_protocols};

ferrite_tests::on_both!(the_checks_hold, the_checks_hold_behind_a_password, pushes_hold);

fn the_checks_hold(subject: Subject) -> Result<()> {
    check_in_both_protocols(subject, "check-redis.mjs")
}

fn the_checks_hold_behind_a_password(subject: Subject) -> Result<()> {
    check(subject, "check-redis.mjs", Connection { password: "pass word", ..Connection::default() })
}

fn pushes_hold(subject: Subject) -> Result<()> {
    check_in_both_protocols(subject, "check-redis-pushes.mjs")
}
