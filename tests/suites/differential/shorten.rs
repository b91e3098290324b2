//! The shortest series found that still shows a difference.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::Result;
use ferrite_tests::transcript::{escape, render};

use crate::duel::{Difference, Duel};
use crate::generate::Command;

/// How long shortening may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Drops commands, and then arguments, as long as there is still a difference; writes down what is left.
pub(crate) fn shorten(duel: &mut Duel<'_>, commands: &[Command], difference: Difference) -> Result<String> {
    let deadline = Instant::now() + PATIENCE;
    let mut kept = Kept { commands: commands.get(..=difference.at).unwrap_or_default().to_vec(), difference };
    let whole = kept.commands.len();
    // Twice, because what had to stay at first may be dropped after others.
    for _ in 0..2 {
        let mut chunk = kept.commands.len().div_ceil(2);
        while chunk > 0 && Instant::now() < deadline {
            let mut start = 0;
            while start + 1 < kept.commands.len() && Instant::now() < deadline {
                let end = (start + chunk).min(kept.commands.len() - 1);
                let mut fewer = kept.commands.clone();
                fewer.drain(start..end);
                if !kept.takes(duel, fewer)? {
                    start = end;
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
    }
    let mut at = 0;
    while at < kept.commands.len() {
        let is_alone = kept.commands.get(at).is_some_and(|command| command.place.1 == 1);
        let mut word = if is_alone { 1 } else { usize::MAX };
        while kept.commands.get(at).is_some_and(|command| word < command.argv.len()) && Instant::now() < deadline {
            let mut fewer = kept.commands.clone();
            if let Some(command) = fewer.get_mut(at) {
                command.argv.remove(word);
            }
            if !kept.takes(duel, fewer)? {
                word += 1;
            }
        }
        at += 1;
    }
    let mut text = String::new();
    if kept.commands.len() == whole {
        writeln!(text, "(it did not come again with fewer commands)")?;
    }
    for command in &kept.commands {
        let words = command.argv.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
        writeln!(text, "s{}> {words}", command.session)?;
        if command.pause {
            writeln!(text, "! advance 20")?;
        }
    }
    let show = |frame| render(frame).iter().fold(String::new(), |text, line| text + "< " + line + "\n");
    let pair = &kept.difference.replies;
    writeln!(text, "# redis-server\n{}# Ferrite\n{}", show(&pair.redis), show(&pair.ferrite))?;
    Ok(text)
}

struct Kept {
    commands: Vec<Command>,
    difference: Difference,
}

impl Kept {
    /// Whether fewer commands show a difference, too; then they are kept.
    fn takes(&mut self, duel: &mut Duel<'_>, fewer: Vec<Command>) -> Result<bool> {
        if !is_whole(&fewer) {
            return Ok(false);
        }
        let Some(difference) = duel.fight(&fewer)? else { return Ok(false) };
        self.commands = fewer;
        self.commands.truncate(difference.at + 1);
        self.difference = difference;
        Ok(true)
    }
}

/// Whether commands that belong together still stand together; the last ones may be missing.
fn is_whole(commands: &[Command]) -> bool {
    let mut next = (0, 1);
    for command in commands {
        let (place, count) = command.place;
        if (next.0 == 0) != (place == 0) || (next.0 > 0 && next != (place, count)) {
            return false;
        }
        next = if place + 1 < count { (place + 1, count) } else { (0, 1) };
    }
    true
}

fn quote(word: &[u8]) -> String {
    let text = escape(word).replace('"', "\\\"");
    if text.is_empty() || text.contains(' ') { format!("\"{text}\"") } else { text }
}
