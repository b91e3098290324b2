//! `ferrite:udf/log` for functions: bounded lines in the server's log, and last words.

use wasmtime::component::{LinkerInstance, WasmStr};

use super::cost::{self, bytes};
use super::{Context, charge};
use crate::udf::bindings::Level;
use crate::udf::failure::one_line;
use crate::udf::guest::Guest;
use crate::udf::limits::{LOG_LINE_BYTES, LOG_LINE_OVERHEAD};

/// Offers the interface.
pub(super) fn add(interface: &mut LinkerInstance<'_, Guest>) -> wasmtime::Result<()> {
    interface.func_wrap("write", write)?;
    interface.func_wrap("panic", panic)
}

fn write(mut context: Context<'_>, (level, message): (Level, WasmStr)) -> wasmtime::Result<()> {
    let (text, size) = {
        let text = message.to_str(&context)?;
        (cut(&text), text.len())
    };
    charge(&mut context, cost::CALL + bytes(size))?;
    context.data_mut().log_line(level, &text);
    Ok(())
}

/// A text as a line of the log.
fn cut(text: &str) -> String {
    let cut = one_line(text, LOG_LINE_BYTES);
    if text.len() > LOG_LINE_BYTES { format!("{cut} … (cut, {} bytes)", text.len()) } else { cut }
}

impl Guest {
    /// Writes a text as one line to the log, as long as the call may.
    pub(in crate::udf) fn log(&mut self, level: Level, text: &str) {
        self.log_line(level, &cut(text));
    }

    fn log_line(&mut self, level: Level, line: &str) {
        let before = self.call.logged;
        self.call.logged = before.saturating_add((line.len() + LOG_LINE_OVERHEAD) as u64);
        let (name, most) = (&*self.name, self.call.most_logged);
        if self.call.logged <= most {
            match level {
                Level::Debug => tracing::debug!(function = name, "{line}"),
                Level::Info => tracing::info!(function = name, "{line}"),
                Level::Warn => tracing::warn!(function = name, "{line}"),
                Level::Error => tracing::error!(function = name, "{line}"),
            }
            self.lines.push(level.name(), line.to_owned());
        } else if before <= most {
            let line = format!("logged more than {most} bytes in one call: the rest is dropped");
            tracing::warn!(function = name, "{line}");
            self.lines.push(Level::Warn.name(), line);
        }
    }
}

fn panic(mut context: Context<'_>, (message,): (WasmStr,)) -> wasmtime::Result<()> {
    let message = one_line(&message.to_str(&context)?, LOG_LINE_BYTES);
    charge(&mut context, cost::CALL + bytes(message.len()))?;
    context.data_mut().set_panic(&message);
    Ok(())
}
