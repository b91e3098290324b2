//! A pipeline: parses commands from the front of the input and runs them until something says stop.

use ferrite_resp::{Argv, Limits, Parsed, Writer, parse};

use crate::dispatch::Flow;
use crate::error::Error;
use crate::memory;
use crate::rows::Row;
use crate::session::Session;
use crate::store::Store;
use crate::turn::{HOST_BATCH_BYTES, HostCall, Next, REPLY_BUDGET, Turn};

/// Room for this many arguments is kept between exchanges.
const ARGUMENTS_KEPT: usize = 1024;

/// The buffer of longer replies is given away with them, in bytes.
const REPLIES_KEPT: usize = 64 << 10;

impl Store {
    /// Runs the complete commands at the front of `input`, until the turn's `next` says otherwise.
    pub fn exchange(&mut self, id: u64, input: &[u8]) -> Turn {
        self.read_clock();
        let Some(mut session) = self.take_session(id) else { return closed(input) };
        if session.waits_for_host || session.closing {
            self.return_session(session);
            return closed(input);
        }
        self.begin_turn(&session);
        let mut out = self.writer(&session);
        if session.parked.is_some()
            && let Some(until_us) = self.still_parked(&mut session, &mut out)
        {
            return self.finish(session, 0, out, Next::Parked(until_us));
        }
        session.last_us = self.keyspace.now_us();
        let (consumed, next) = self.run(&mut session, input, &mut out);
        self.finish(session, consumed, out, next)
    }

    /// Answers the commands that a host turn handed out, then goes on with EXEC's queue and with `input`.
    pub fn resume(&mut self, id: u64, replies: &[u8], input: &[u8]) -> Turn {
        self.read_clock();
        let Some(mut session) = self.take_session(id) else { return closed(input) };
        if !session.waits_for_host {
            self.return_session(session);
            return closed(input);
        }
        session.waits_for_host = false;
        self.begin_turn(&session);
        let mut out = self.writer(&session);
        if !session.is_muted() {
            out.raw(replies);
        }
        self.settle(Some(&mut session));
        let (consumed, next) = match self.continue_exec(&mut session, &mut out) {
            Flow::Go => {
                out.raw(&std::mem::take(&mut session.held_pushes));
                self.append_own(&mut out);
                session.command_ended();
                self.run(&mut session, input, &mut out)
            }
            Flow::Host(call) => (0, Next::Host(call)),
            Flow::Park(until_us) => (0, Next::Parked(until_us)),
            Flow::Close => (0, Next::Close),
        };
        self.finish(session, consumed, out, next)
    }

    fn begin_turn(&mut self, session: &Session) {
        self.outbox.turn_of = session.id;
        self.keyspace.tracked.writer = session.id;
        self.outbox.own.set_protocol(session.protocol);
    }

    fn take_session(&mut self, id: u64) -> Option<Box<Session>> {
        self.sessions.get_mut(&id)?.take()
    }

    fn return_session(&mut self, session: Box<Session>) {
        if let Some(place) = self.sessions.get_mut(&session.id) {
            *place = Some(session);
        }
    }

    fn finish(&mut self, mut session: Box<Session>, consumed: usize, mut out: Writer, next: Next) -> Turn {
        session.waits_for_host = matches!(next, Next::Host(_));
        self.end_turn(Some(&mut session));
        if session.waits_for_host {
            self.hold_own(&mut session);
        } else if session.closing {
            self.outbox.own.truncate(0);
            self.hear_nothing(&mut session);
        } else {
            self.append_own(&mut out);
        }
        self.outbox.turn_of = 0;
        self.keyspace.tracked.writer = 0;
        let subscribed = session.subscriptions.is_some();
        self.return_session(session);
        let replies = self.take_replies(out);
        self.stats.input_bytes += consumed as u64;
        self.stats.output_bytes += replies.len() as u64;
        let outbox = !self.outbox.is_empty();
        Turn { consumed, replies, next, outbox, events: !self.events.is_empty(), subscribed }
    }

    /// A writer for replies to a session.
    fn writer(&mut self, session: &Session) -> Writer {
        Writer::from_vec(std::mem::take(&mut self.replies), session.protocol)
    }

    /// What was written, in an allocation of its very size: it crosses the component's border without another one.
    fn take_replies(&mut self, out: Writer) -> Vec<u8> {
        let mut written = out.into_vec();
        if written.capacity() > REPLIES_KEPT {
            return written;
        }
        let replies = written.as_slice().to_vec();
        written.clear();
        self.replies = written;
        replies
    }

    fn run(&mut self, session: &mut Session, input: &[u8], out: &mut Writer) -> (usize, Next) {
        let mut argv = std::mem::take(&mut self.argv);
        let end = self.run_commands(session, input, out, &mut argv);
        argv.shrink_to(ARGUMENTS_KEPT);
        self.argv = argv;
        end
    }

    fn run_commands(
        &mut self,
        session: &mut Session,
        input: &[u8],
        out: &mut Writer,
        argv: &mut Argv,
    ) -> (usize, Next) {
        let mut consumed = 0;
        loop {
            let rest = input.get(consumed..).unwrap_or_default();
            if rest.is_empty() {
                return (consumed, Next::Input);
            }
            if out.len().max(self.outbox.bytes()) >= REPLY_BUDGET {
                return (consumed, Next::Again);
            }
            let limits = Limits {
                authenticated: session.authenticated,
                max_bulk_bytes: self.settings.max_bulk_bytes(),
                ..Limits::default()
            };
            match parse(rest, &limits, argv) {
                Ok(Parsed::Command { consumed: used }) => {
                    if self.pause.is_some()
                        && let Some(until_us) = self.pause_before(session, argv.view(rest))
                    {
                        return (consumed, Next::Parked(Some(until_us)));
                    }
                    consumed += used;
                    let flow = self.dispatch(session, argv.view(rest), out);
                    self.settle(Some(session));
                    match flow {
                        Flow::Go => self.append_own(out),
                        Flow::Host(mut call) => {
                            consumed += self.batch(session, input.get(consumed..).unwrap_or_default(), &mut call, argv);
                            return (consumed, Next::Host(call));
                        }
                        Flow::Park(until_us) => return (consumed, Next::Parked(until_us)),
                        Flow::Close => return (consumed, Next::Close),
                    }
                }
                Ok(Parsed::Empty { consumed: used }) => consumed += used,
                Ok(Parsed::Need(bytes)) if !memory::has_room(bytes) => {
                    // It would come in one piece, and find no place.
                    let error = Error::OutOfMemory.to_bytes();
                    out.error_bytes(&error);
                    self.count_error(&error);
                    return (input.len(), Next::Close);
                }
                Ok(Parsed::Need(bytes)) => return (consumed, Next::Need(bytes)),
                Err(error) => {
                    out.error_bytes(&error.to_bytes());
                    self.count_error(b"ERR");
                    return (input.len(), Next::Close);
                }
            }
        }
    }

    /// Adds to a host turn what follows it in the pipeline and is the host's as well: it saves crossings. Returns how
    /// many bytes were added.
    fn batch(&mut self, session: &Session, input: &[u8], call: &mut HostCall, argv: &mut Argv) -> usize {
        let mut consumed = 0;
        while !call.in_exec && session.is_plain() && self.monitors.is_empty() {
            let rest = input.get(consumed..).unwrap_or_default();
            // The host reads arrays; a command typed by hand waits for the next turn.
            if !rest.starts_with(b"*") {
                break;
            }
            let limits = Limits { max_bulk_bytes: HOST_BATCH_BYTES, ..Limits::default() };
            let Ok(Parsed::Command { consumed: used }) = parse(rest, &limits, argv) else { break };
            let args = argv.view(rest);
            match self.find_row(args) {
                Ok(row @ Row::Host(_)) if self.check(session, &row, args).is_none() => {}
                _ => break,
            }
            let command = rest.get(..used).unwrap_or_default();
            if call.commands.len() + command.len() > HOST_BATCH_BYTES {
                break;
            }
            call.commands.extend_from_slice(command);
            self.stats.commands += 1;
            consumed += used;
        }
        consumed
    }
}

/// The answer to bytes for a session that cannot take them: it is unknown, or waits for the host.
fn closed(input: &[u8]) -> Turn {
    Turn {
        consumed: input.len(),
        replies: Vec::new(),
        next: Next::Close,
        outbox: false,
        events: false,
        subscribed: false,
    }
}
