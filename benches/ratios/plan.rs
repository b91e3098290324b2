//! What was asked for on the command line: which sections, and how long.

use std::env;
use std::time::Duration;

use anyhow::{Result, bail};

/// A part of the table that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Redis,
    Commands,
    Component,
    Vectors,
    Functions,
    Lua,
    Meters,
    Noisy,
    Instructions,
    Memory,
    Latency,
    Eviction,
}

const SECTIONS: [(&str, Section); 12] = [
    ("redis", Section::Redis),
    ("commands", Section::Commands),
    ("component", Section::Component),
    ("vectors", Section::Vectors),
    ("functions", Section::Functions),
    ("lua", Section::Lua),
    ("meters", Section::Meters),
    ("noisy", Section::Noisy),
    ("instructions", Section::Instructions),
    ("memory", Section::Memory),
    ("latency", Section::Latency),
    ("eviction", Section::Eviction),
];

/// How much of everything is run.
#[derive(Debug)]
pub(crate) struct Plan {
    sections: Vec<Section>,
    quick: bool,
}

impl Plan {
    /// Reads the arguments behind `cargo bench --`.
    pub(crate) fn from_arguments() -> Result<Plan> {
        let mut plan =
            Plan { sections: Vec::new(), quick: env::var_os("FERRITE_BENCH_QUICK").is_some_and(|v| v == "1") };
        for argument in env::args().skip(1) {
            match argument.as_str() {
                // Cargo passes it to every bench.
                "--bench" => {}
                "--quick" => plan.quick = true,
                word => match SECTIONS.iter().find(|(name, _)| *name == word) {
                    Some((_, section)) => plan.sections.push(*section),
                    None => {
                        bail!("`{word}` is neither --quick nor one of {}", SECTIONS.map(|(name, _)| name).join(", "))
                    }
                },
            }
        }
        Ok(plan)
    }

    /// All sections, where none was named.
    pub(crate) fn wants(&self, section: Section) -> bool {
        self.sections.is_empty() || self.sections.contains(&section)
    }

    /// How often both servers have their turn.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 3 } else { 7 }
    }

    /// How many operations a measurement takes, of the number that takes about two seconds.
    pub(crate) fn operations(&self, full: u64) -> u64 {
        if self.quick { full / 6 } else { full }
    }

    /// How many things are stored, of the number that the question is about.
    pub(crate) fn items(&self, full: u64) -> u64 {
        if self.quick { full / 20 } else { full }
    }

    /// How long criterion measures a thing, and before that warms up.
    pub(crate) fn measure_for(&self) -> (Duration, Duration) {
        let (measure, warm_up) = if self.quick { (800, 200) } else { (4000, 1000) };
        (Duration::from_millis(measure), Duration::from_millis(warm_up))
    }

    /// One phrase for the last line.
    pub(crate) fn describe(&self) -> &'static str {
        if self.quick { "quick mode: too short for conclusions" } else { "full mode" }
    }
}
