//! What a driver tells an exchange.

use crate::action::CallId;
use crate::head::Headers;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A piece of the request's body.
    Body(Vec<u8>),
    /// The request's body is whole.
    BodyEnd,
    /// The request's body cannot be read to its end.
    BodyFailed,
    /// Nobody waits for the answer any more. Drain the actions and go on until `Finish` or `Abort`: others may wait for
    /// what this exchange has asked for.
    ClientGone,
    /// Something came from upstream.
    Upstream(CallId, UpstreamEvent),
    /// One vector for each text, or what went wrong.
    Embedded(CallId, Result<Vec<Vec<f32>>, String>),
    /// What a policy said.
    Policy(CallId, Result<PolicyAnswer, PolicyFailure>),
    /// The time of the last `WakeAt` has come, or [`World::wake`](crate::World::wake) was called.
    Woken,
}

/// What came from upstream.
#[derive(Clone, Debug, PartialEq)]
pub enum UpstreamEvent {
    /// The head of the answer.
    Head {
        /// The HTTP status code.
        status: u16,
        /// Lower-case names.
        headers: Headers,
    },
    /// A piece of its body.
    Body(Vec<u8>),
    /// Its body is whole.
    End,
    /// There is no answer, or no more of it.
    Failed {
        /// What went wrong.
        kind: FailureKind,
        /// The same for people; it goes to the log, not to clients.
        text: String,
    },
}

/// Why an upstream gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The name has no address.
    Dns,
    /// Nobody accepted the connection.
    Connect,
    /// The connection took longer than `connect_timeout_ms`.
    ConnectTimeout,
    /// No agreement about TLS, or no trust.
    Tls,
    /// The connection ended before the answer.
    Reset,
    /// Bytes that are not HTTP, or more of them than the driver takes.
    Protocol,
    /// Something else.
    Other,
}

/// What a policy said.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyAnswer {
    /// The payload is good as it is.
    Continue,
    /// This takes the payload's place: JSON text of a body, or text of a stream.
    Replace(String),
    /// Of a stream: `send` may go out now, `keep` comes first in the payload of the next call.
    Hold {
        /// For the client now; may be empty.
        send: String,
        /// At most [`limits::POLICY_KEPT_BYTES`](crate::limits::POLICY_KEPT_BYTES); more is a failure of the policy.
        keep: String,
    },
    /// No.
    Refuse {
        /// 400 to 499; 0, or what is out of that range, stands for 403. Only where the answer has not begun.
        status: u16,
        /// For the client.
        message: String,
    },
}

/// Why a policy said nothing. What follows from it is in the configuration: open or closed.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyFailure {
    /// No such policy is installed.
    Missing,
    /// It trapped, or spent its fuel, memory or time.
    Failed(String),
    /// It returned an error.
    Error(String),
}
