//! `WASM.STATS`: figures of all functions together, those unloaded since included.

use super::{Invocation, map, number, tree};
use crate::udf::Outcome;

pub(super) fn stats(invocation: Invocation<'_>) -> Outcome {
    let totals = invocation.functions.totals();
    let fields = totals.fields().map(|(name, value)| (name, vec![number(value)])).collect();
    invocation.reply::<String>(Ok(tree(map(fields))))
}
