//! What a function returns, brought into the shape of the component's export.

use crate::{Error, Reply, Result, platform::Node, reply};

/// The result of a function: a `Result` of anything that becomes a [`Reply`].
pub trait Outcome {
    /// The reply, or the error that undoes the call.
    fn into_reply(self) -> Result<Reply>;
}

impl<T: Into<Reply>, E: Into<Error>> Outcome for Result<T, E> {
    #[inline]
    fn into_reply(self) -> Result<Reply> {
        match self {
            Ok(value) => Ok(value.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The nodes of the reply, or the error line.
#[inline]
pub(crate) fn export(outcome: impl Outcome) -> Result<Vec<Node>, String> {
    match outcome.into_reply() {
        Ok(value) => Ok(reply::into_nodes(value)),
        Err(error) => Err(error.into_line()),
    }
}
