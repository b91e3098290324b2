//! The component in wasmtime, in this process, as the native host instantiates it.

use std::rc::Rc;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use ferrite::wasm::{self, Clock, Session, StoreInstance, StoreModule};

use super::in_process::{Engine, InProcessJudge, Next, Turn};

/// How long the host lets maintenance run, in microseconds.
const TICK_BUDGET_US: u32 = 1000;

/// An instance of the store component.
#[derive(Debug)]
pub struct ComponentEngine(StoreInstance);

/// The judge made of it.
pub type ComponentJudge = InProcessJudge<ComponentEngine>;

impl ComponentEngine {
    /// Compiles and instantiates the component that is part of the `ferrite` library.
    pub fn new() -> Result<ComponentEngine> {
        let module = StoreModule::compile().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(ComponentEngine(StoreInstance::new(&module, Rc::new(Clock::new()))?))
    }
}

impl Engine for ComponentEngine {
    type Session = Session;

    fn open(&mut self, address: &str, local_address: &str) -> Result<Session> {
        Ok(self.0.open_session(address, local_address)?)
    }

    fn id(&self, session: &Session) -> u64 {
        session.id()
    }

    fn close(&mut self, session: Session) -> Result<()> {
        Ok(self.0.close_session(&session)?)
    }

    fn exchange(&mut self, session: &Session, input: &[u8]) -> Result<Turn> {
        let turn = self.0.exchange(session, input)?;
        let next = match turn.next {
            wasm::Next::Input | wasm::Next::Need(_) => Next::Input,
            wasm::Next::Again => Next::Again,
            wasm::Next::Parked(_) => Next::Parked,
            wasm::Next::Close => Next::Close,
            other => bail!("no command of a transcript ends with {other:?}"),
        };
        Ok(Turn { consumed: turn.consumed as usize, replies: turn.replies, next })
    }

    fn take_outbox(&mut self) -> Result<Vec<(Vec<u64>, Vec<u8>)>> {
        Ok(self.0.take_outbox()?.into_iter().map(|delivery| (delivery.sessions, delivery.bytes)).collect())
    }

    fn take_closed(&mut self) -> Result<Vec<u64>> {
        let closed = self.0.take_events()?.into_iter().filter_map(|event| match event {
            wasm::Event::CloseSession(id) => Some(id),
            _ => None,
        });
        Ok(closed.collect())
    }

    fn advance(&mut self, milliseconds: u64) -> Result<()> {
        // The component reads the system's clock, as in the server.
        thread::sleep(Duration::from_millis(milliseconds));
        self.0.tick(TICK_BUDGET_US)?;
        Ok(())
    }
}
