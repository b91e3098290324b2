//! The resources of WASI, none of which holds anything: a handle is a number in the function's table, and there is a
//! bound to how many.

use wasmtime::StoreContextMut;
use wasmtime::component::{LinkerInstance, Resource, ResourceType};

use crate::udf::guest::Guest;
use crate::udf::limits::WASI_HANDLES;

/// `wasi:io/error.error`; there is never one.
pub(super) struct IoError;
/// `wasi:io/poll.pollable`; always ready.
pub(super) struct Pollable;
/// `wasi:io/streams.input-stream`; always at its end.
pub(super) struct InputStream;
/// `wasi:io/streams.output-stream`; its number says which.
pub(super) struct OutputStream;
/// `wasi:cli/terminal-input.terminal-input`; there is never one.
pub(super) struct TerminalInput;
/// `wasi:cli/terminal-output.terminal-output`; there is never one.
pub(super) struct TerminalOutput;
/// Any resource of files and sockets.
pub(super) struct Refused;

/// Offers a resource under its name.
pub(super) fn add<T: 'static>(interface: &mut LinkerInstance<'_, Guest>, name: &str) -> wasmtime::Result<()> {
    interface.resource(name, ResourceType::host::<T>(), |mut context, _| {
        let guest = context.data_mut();
        guest.handles = guest.handles.saturating_sub(1);
        Ok(())
    })
}

/// A handle for the function. It lives in the host's memory until it is dropped, so that there must not be any number.
pub(super) fn handle<T: 'static>(context: &mut StoreContextMut<'_, Guest>, rep: u32) -> wasmtime::Result<Resource<T>> {
    let guest = context.data_mut();
    if guest.handles >= WASI_HANDLES {
        return Err(wasmtime::Error::msg(format!("limit of {WASI_HANDLES} open WASI handles exceeded")));
    }
    guest.handles += 1;
    Ok(Resource::new_own(rep))
}
