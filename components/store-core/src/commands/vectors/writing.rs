//! Sets written to: one function for all commands, so that what surrounds a write is there once.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::Log;
use crate::keyspace::notices::Class;
use crate::types::VectorSet;
use crate::types::vector_set::{Inverse, Projection};
use crate::types::vectors::Options;

/// What a set is made of when the key does not exist.
pub(super) struct Making {
    pub(super) options: Options,
    pub(super) projection: Option<Projection>,
    /// Whether it is a set also without elements.
    pub(super) stays: bool,
}

/// What is done to a set.
pub(super) type Change<'a> = &'a mut dyn FnMut(&mut VectorSet, &mut Log<'_, Inverse>);

/// Changes the set of the first argument's key, and makes it if it does not exist and something says how; nothing is done
/// where there is none.
#[inline(never)]
pub(super) fn change(
    cx: &mut Context<'_>,
    event: &'static str,
    making: Option<Making>,
    change: Change<'_>,
) -> Result<(), Error> {
    let seed = cx.store.keyspace.limits.seed;
    let writing = match making {
        Some(_) => Some(cx.create::<VectorSet>(1)?),
        None => cx.existing::<VectorSet>(1)?,
    };
    let Some(mut writing) = writing else { return Ok(()) };
    let (set, mut log) = writing.edit();
    // A new one, which knows nothing yet.
    if let Some(Making { options, projection, stays }) = making.filter(|_| set.options().dimension == 0) {
        *set = VectorSet::new(options, projection, stays, seed);
    }
    change(set, &mut log);
    writing.event(Class::MODULE, event);
    Ok(())
}
