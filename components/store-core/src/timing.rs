//! How long commands take: figures by command, the slow log, the latency monitor.
//!
//! A reading of the clock is a call of the host's, so not every command pays for one. Measured are commands that are not
//! `fast`, those with many arguments, the first of each, and of the others every [`SAMPLE`]th, which then stands for that
//! many. When even short ones are to be logged all are measured.

use ferrite_resp::Args;

use crate::command::{Command, Flags};
use crate::latency::{Histogram, Monitor};
use crate::rows::Calls;
use crate::session::Session;
use crate::settings::Settings;
use crate::slowlog::SlowLog;
use crate::store::Store;

/// One of so many calls of a fast command is measured.
const SAMPLE: u64 = 64;
/// With so many arguments no command is fast.
const MANY: usize = 64;
/// Fast commands take less, in microseconds.
const FAST_US: i64 = 100;

/// The clock's last reading, what is logged, and the logs.
#[derive(Default)]
pub struct Timing {
    /// When the clock was last read, in microseconds; 0 when commands were run since.
    read_us: u64,
    measures_all: bool,
    has_histograms: bool,
    /// Commands that took so many microseconds are logged; negative for none.
    slower_than_us: i64,
    longest_log: usize,
    /// Commands that took so many milliseconds are events of the monitor; 0 for none.
    monitored_ms: u64,
    /// SLOWLOG.
    pub slow_log: SlowLog,
    /// LATENCY.
    pub monitor: Monitor,
}

impl Timing {
    /// Takes the settings over.
    pub(crate) fn apply(&mut self, settings: &Settings) {
        self.slower_than_us = settings.number("slowlog-log-slower-than").unwrap_or(-1);
        self.longest_log = settings.number("slowlog-max-len").and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
        self.monitored_ms =
            settings.number("latency-monitor-threshold").and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
        self.has_histograms = settings.get("latency-tracking") == Some("yes");
        self.measures_all = (0..FAST_US).contains(&self.slower_than_us);
    }

    /// The crossing's reading of the clock is one for the first of its commands as well.
    #[inline]
    pub(crate) fn was_read(&mut self, now_us: u64) {
        self.read_us = now_us;
    }

    /// Whether to measure this call, and for how many it stands.
    #[inline]
    pub(crate) fn weight(&self, command: &Command, args: Args<'_>, calls: u64) -> u64 {
        let may_take_long = !command.flags.intersects(Flags::FAST.union(Flags::BRIEF)) || args.len() > MANY;
        match () {
            () if may_take_long || self.measures_all || calls < SAMPLE => 1,
            () if calls.is_multiple_of(SAMPLE) => SAMPLE,
            () => 0,
        }
    }
}

impl Store {
    /// When a command that is measured begins.
    #[inline(never)]
    pub(crate) fn begin_timing(&mut self) -> u64 {
        match std::mem::take(&mut self.timing.read_us) {
            0 => self.clock_us(),
            read_us => read_us,
        }
    }

    /// What a measured command took goes where it belongs.
    #[inline(never)]
    pub(crate) fn end_timing(
        &mut self,
        session: &Session,
        (number, command): (u16, &Command),
        args: Args<'_>,
        (start_us, weight): (u64, u64),
    ) {
        let now_us = self.clock_us();
        self.timing.read_us = now_us;
        let took_us = now_us.saturating_sub(start_us);
        let has_histograms = self.timing.has_histograms;
        if let Some(calls) = self.rows.calls.get_mut(number as usize) {
            calls.count(took_us, weight, has_histograms);
        }
        let is_slow = u64::try_from(self.timing.slower_than_us).is_ok_and(|least_us| took_us >= least_us);
        if is_slow && !command.flags.contains(Flags::SKIP_SLOWLOG) {
            self.timing.slow_log.add(session, args, now_us, took_us, self.timing.longest_log);
        }
        let took_ms = took_us / 1000;
        if took_ms > 0 && !session.is_function && session.exec.is_none() && !self.keyspace.in_transaction() {
            // For the commands behind it in the pipeline time went on.
            self.keyspace.set_now_us(now_us);
        }
        if self.timing.monitored_ms != 0 && took_ms >= self.timing.monitored_ms {
            let event = if command.flags.contains(Flags::FAST) { "fast-command" } else { "command" };
            self.timing.monitor.add(event, now_us / 1_000_000, took_ms);
        }
    }
}

impl Calls {
    fn count(&mut self, took_us: u64, weight: u64, has_histograms: bool) {
        self.us = self.us.saturating_add(took_us.saturating_mul(weight));
        if has_histograms {
            self.histogram.get_or_insert_with(|| Box::new(Histogram::default())).add(took_us, weight);
        }
    }
}
