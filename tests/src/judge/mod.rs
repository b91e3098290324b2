//! Judges: whoever answers a transcript. All of them must answer with the same bytes.

mod child;
mod component;
mod core;
mod edge;
mod in_process;
mod jco;
mod tcp;

use anyhow::Result;

pub use component::{ComponentEngine, ComponentJudge};
pub use core::{CoreEngine, CoreJudge};
pub use edge::EdgeServer;
pub use in_process::{Engine, InProcessJudge, Next, Turn};
pub use jco::JcoServer;
pub use tcp::TcpJudge;

use crate::transcript::Version;

/// What came on a session.
#[derive(Debug, Default)]
pub struct Received {
    /// Whole replies.
    pub frames: Vec<Vec<u8>>,
    /// Bytes that are no whole reply.
    pub rest: Vec<u8>,
    /// Whether the connection was closed.
    pub closed: bool,
}

/// Something that speaks RESP.
pub trait Judge {
    /// How it is called in reports.
    fn name(&self) -> &str;

    /// The version of Redis that it is; cases of later versions are skipped. `None` knows them all.
    fn version(&self) -> Option<Version>;

    /// Empties all databases; sessions used from now on are new.
    fn begin_case(&mut self) -> Result<()>;

    /// Closes the sessions of the case; returns the bytes that nobody received.
    fn end_case(&mut self) -> Result<Vec<(String, Vec<u8>)>>;

    /// Sends bytes on a session, in one write. The first use opens it.
    fn send(&mut self, session: &str, bytes: &[u8]) -> Result<()>;

    /// Waits for so many replies, and for the end of the connection if that is expected.
    fn receive(&mut self, session: &str, replies: usize, closes: bool) -> Result<Received>;

    /// Lets time pass.
    fn advance(&mut self, milliseconds: u64) -> Result<()>;
}
