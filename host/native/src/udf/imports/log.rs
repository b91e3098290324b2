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
    let (line, size) = {
        let text = message.to_str(&context)?;
        let cut = one_line(&text, LOG_LINE_BYTES);
        let line = if text.len() > LOG_LINE_BYTES { format!("{cut} … (cut, {} bytes)", text.len()) } else { cut };
        (line, text.len())
    };
    charge(&mut context, cost::CALL + bytes(size))?;
    let guest = context.data_mut();
    let before = guest.call.logged;
    guest.call.logged = before.saturating_add((line.len() + LOG_LINE_OVERHEAD) as u64);
    let (name, most) = (&*guest.name, guest.call.most_logged);
    if guest.call.logged <= most {
        match level {
            Level::Debug => tracing::debug!(function = name, "{line}"),
            Level::Info => tracing::info!(function = name, "{line}"),
            Level::Warn => tracing::warn!(function = name, "{line}"),
            Level::Error => tracing::error!(function = name, "{line}"),
        }
        guest.lines.push(level.name(), line);
    } else if before <= most {
        let line = format!("logged more than {most} bytes in one call: the rest is dropped");
        tracing::warn!(function = name, "{line}");
        guest.lines.push(Level::Warn.name(), line);
    }
    Ok(())
}

fn panic(mut context: Context<'_>, (message,): (WasmStr,)) -> wasmtime::Result<()> {
    let message = one_line(&message.to_str(&context)?, LOG_LINE_BYTES);
    charge(&mut context, cost::CALL + bytes(message.len()))?;
    context.data_mut().set_panic(&message);
    Ok(())
}
