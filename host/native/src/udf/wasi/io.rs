//! `wasi:io`: streams that lead to the log or nowhere, and subscriptions that are ready at once.

use wasmtime::component::{ComponentType, Linker, Lower, Resource, WasmList};

use super::interface;
use super::resources::{self, InputStream, IoError, OutputStream, Pollable};
use crate::udf::guest::Guest;
use crate::udf::imports::{Context, charge, cost};

/// `streams.stream-error`.
#[derive(ComponentType, Lower)]
#[component(variant)]
#[allow(dead_code, reason = "nothing here fails but by being at its end")]
enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<IoError>),
    #[component(name = "closed")]
    Closed,
}

type Got<T> = wasmtime::Result<(Result<T, StreamError>,)>;

/// What `check-write` promises to take.
const ROOM: u64 = 64 << 10;

/// Offers the interfaces.
pub(super) fn add(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let mut error = interface(linker, "io/error")?;
    resources::add::<IoError>(&mut error, "error")?;
    error.func_wrap("[method]error.to-debug-string", |_: Context<'_>, (_,): (Resource<IoError>,)| {
        Ok((String::new(),))
    })?;

    let mut poll = interface(linker, "io/poll")?;
    resources::add::<Pollable>(&mut poll, "pollable")?;
    poll.func_wrap("[method]pollable.ready", |mut context: Context<'_>, (_,): (Resource<Pollable>,)| {
        charge(&mut context, cost::CALL)?;
        Ok((true,))
    })?;
    poll.func_wrap("[method]pollable.block", |mut context: Context<'_>, (_,): (Resource<Pollable>,)| {
        charge(&mut context, cost::CALL)
    })?;
    poll.func_wrap("poll", all_ready)?;

    let mut streams = interface(linker, "io/streams")?;
    resources::add::<InputStream>(&mut streams, "input-stream")?;
    for name in ["read", "blocking-read"] {
        streams.func_wrap(&format!("[method]input-stream.{name}"), at_end::<Vec<u8>>)?;
    }
    for name in ["skip", "blocking-skip"] {
        streams.func_wrap(&format!("[method]input-stream.{name}"), at_end::<u64>)?;
    }
    streams.func_wrap("[method]input-stream.subscribe", subscribe::<InputStream>)?;

    resources::add::<OutputStream>(&mut streams, "output-stream")?;
    streams.func_wrap("[method]output-stream.check-write", room)?;
    for name in ["write", "blocking-write-and-flush"] {
        streams.func_wrap(&format!("[method]output-stream.{name}"), write)?;
    }
    for name in ["flush", "blocking-flush"] {
        streams.func_wrap(&format!("[method]output-stream.{name}"), flush)?;
    }
    streams.func_wrap("[method]output-stream.subscribe", subscribe::<OutputStream>)?;
    for name in ["write-zeroes", "blocking-write-zeroes-and-flush"] {
        streams.func_wrap(&format!("[method]output-stream.{name}"), write_zeroes)?;
    }
    for name in ["splice", "blocking-splice"] {
        streams.func_wrap(&format!("[method]output-stream.{name}"), splice)?;
    }
    Ok(())
}

fn all_ready(mut context: Context<'_>, (list,): (Vec<Resource<Pollable>>,)) -> wasmtime::Result<(Vec<u32>,)> {
    let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
    charge(&mut context, cost::CALL + cost::ELEMENT * u64::from(count))?;
    Ok(((0..count).collect(),))
}

fn subscribe<T: 'static>(mut context: Context<'_>, (_,): (Resource<T>,)) -> wasmtime::Result<(Resource<Pollable>,)> {
    charge(&mut context, cost::CALL)?;
    Ok((resources::handle(&mut context, 0)?,))
}

fn at_end<T>(mut context: Context<'_>, (_, _): (Resource<InputStream>, u64)) -> Got<T> {
    charge(&mut context, cost::CALL)?;
    Ok((Err(StreamError::Closed),))
}

fn room(mut context: Context<'_>, (_,): (Resource<OutputStream>,)) -> Got<u64> {
    charge(&mut context, cost::CALL)?;
    Ok((Ok(ROOM),))
}

fn write(mut context: Context<'_>, (stream, contents): (Resource<OutputStream>, WasmList<u8>)) -> Got<()> {
    charge(&mut context, cost::CALL + cost::bytes(contents.len()))?;
    let bytes = contents.as_le_slice(&context).to_vec();
    context.data_mut().write_output(stream.rep(), &bytes);
    Ok((Ok(()),))
}

fn flush(mut context: Context<'_>, (_,): (Resource<OutputStream>,)) -> Got<()> {
    charge(&mut context, cost::CALL)?;
    Ok((Ok(()),))
}

/// Zeros say nothing in a log.
fn write_zeroes(mut context: Context<'_>, (_, length): (Resource<OutputStream>, u64)) -> Got<()> {
    charge(&mut context, length.saturating_add(cost::CALL))?;
    Ok((Ok(()),))
}

/// Every input is at its end.
fn splice(mut context: Context<'_>, (_, _, _): (Resource<OutputStream>, Resource<InputStream>, u64)) -> Got<u64> {
    charge(&mut context, cost::CALL)?;
    Ok((Err(StreamError::Closed),))
}
