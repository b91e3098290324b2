//! The table: rows of two sides and their ratio, printed as Markdown that is readable in a terminal too.

use std::fmt;

use crate::statistics::{median, range_of_ratios};

/// What is wished for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    None,
    /// The ratio is at least this.
    RatioAtLeast(f64),
    /// The ratio is at most this.
    RatioAtMost(f64),
    /// Ferrite's own figure is at most this.
    FigureAtMost(f64),
    /// Ferrite's figure is at most so much below its peer's.
    PointsBelowAtMost(f64),
}

/// What is measured; how it is printed follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// Operations a second: more is better.
    PerSecond,
    /// Nanoseconds: less is better.
    Nanoseconds,
    /// Instructions: less is better.
    Instructions,
    /// Bytes: less is better.
    Bytes,
    /// Parts of a hundred.
    Percent,
}

/// What the ratios of a group say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ratio {
    /// Ferrite is so many times as good as its peer: as many requests a second, as short a time.
    TimesAsGood,
    /// Ferrite takes so many times what its peer takes.
    TimesAsMuch,
}

/// One line.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) question: String,
    pub(crate) unit: Unit,
    /// One figure a round, in the same order on both sides; empty where there is nothing to compare with.
    pub(crate) peer: Vec<f64>,
    pub(crate) ferrite: Vec<f64>,
    pub(crate) goal: Goal,
}

#[derive(Debug)]
struct Group {
    title: &'static str,
    ratio: Ratio,
    peer: &'static str,
    ferrite: &'static str,
    rows: Vec<Row>,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Table {
    groups: Vec<Group>,
}

impl Table {
    /// Begins a group of rows with the names of its two sides.
    pub(crate) fn group(&mut self, title: &'static str, ratio: Ratio, peer: &'static str, ferrite: &'static str) {
        self.groups.push(Group { title, ratio, peer, ferrite, rows: Vec::new() });
    }

    /// Adds a row to the last group.
    pub(crate) fn push(&mut self, row: Row) {
        if let Some(group) = self.groups.last_mut() {
            group.rows.push(row);
        }
    }
}

impl Row {
    /// Ratio of the medians, and the range of the rounds' own ratios.
    fn ratio(&self, says: Ratio) -> Option<(f64, (f64, f64))> {
        if self.peer.is_empty() {
            return None;
        }
        let ferrite_above = (says == Ratio::TimesAsMuch) || matches!(self.unit, Unit::PerSecond);
        let (above, below) = if ferrite_above { (&self.ferrite, &self.peer) } else { (&self.peer, &self.ferrite) };
        Some((median(above) / median(below), range_of_ratios(above, below)))
    }

    fn verdict(&self, ratio: f64) -> String {
        let (goal, holds) = match self.goal {
            Goal::None => return String::new(),
            Goal::RatioAtLeast(least) => (format!("≥ {least:.1}"), ratio >= least),
            Goal::RatioAtMost(most) => (format!("≤ {most:.1}"), ratio <= most),
            Goal::FigureAtMost(most) => (format!("≤ {}", figure(most, self.unit)), median(&self.ferrite) <= most),
            Goal::PointsBelowAtMost(most) => {
                (format!("≥ −{most:.0} points"), median(&self.ferrite) >= median(&self.peer) - most)
            }
        };
        format!("{goal} {}", if holds { "yes" } else { "NO" })
    }

    fn cells(&self, says: Ratio) -> [String; 6] {
        let ratio = self.ratio(says);
        let verdict = self.verdict(ratio.map_or(f64::NAN, |(ratio, _)| ratio));
        let side = |figures: &[f64]| match figures {
            [] => String::new(),
            figures => figure(median(figures), self.unit),
        };
        let (ratio, range) = match ratio {
            Some((ratio, (low, high))) if self.peer.len() > 1 => (format!("{ratio:.2}"), format!("{low:.2}–{high:.2}")),
            Some((ratio, _)) => (format!("{ratio:.2}"), String::new()),
            None => (String::new(), String::new()),
        };
        [self.question.clone(), side(&self.peer), side(&self.ferrite), ratio, range, verdict]
    }
}

fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::PerSecond if value >= 1e6 => format!("{:.2} M/s", value / 1e6),
        Unit::PerSecond => format!("{:.0} k/s", value / 1e3),
        Unit::Nanoseconds if value >= 1e6 => format!("{:.2} ms", value / 1e6),
        Unit::Nanoseconds if value >= 1e3 => format!("{:.2} µs", value / 1e3),
        Unit::Nanoseconds => format!("{value:.0} ns"),
        Unit::Instructions => format!("{value:.0}"),
        Unit::Bytes if value >= 1e6 => format!("{:.1} MiB", value / 1_048_576.0),
        Unit::Bytes => format!("{value:.1} B"),
        Unit::Percent => format!("{value:.1} %"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<[String; 6]> = Vec::new();
        for group in &self.groups {
            let head = [group.title, group.peer, group.ferrite, "ratio", "of the rounds", "goal"];
            lines.push(head.map(|cell| if cell.is_empty() { String::new() } else { format!("**{cell}**") }));
            lines.extend(group.rows.iter().map(|row| row.cells(group.ratio)));
        }
        let mut widths = [3; 6];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        let write = |f: &mut fmt::Formatter<'_>, line: &[String; 6]| {
            for (at, (cell, width)) in line.iter().zip(widths).enumerate() {
                if at == 0 { write!(f, "| {cell:<width$} ")? } else { write!(f, "| {cell:>width$} ")? }
            }
            writeln!(f, "|")
        };
        write(f, &Default::default())?;
        for (at, width) in widths.iter().enumerate() {
            let width = width + 1;
            if at == 0 { write!(f, "|{:-<width$}-", "")? } else { write!(f, "|{:-<width$}:", "")? }
        }
        writeln!(f, "|")?;
        lines.iter().try_for_each(|line| write(f, line))
    }
}
