//! The wait for whatever comes first.

use std::time::Duration;

use fastly_sys::fastly_async_io;

/// A pending request, or a body, by the platform's number for it.
pub(crate) type Handle = u32;

/// Which of these is ready first, by its place; none when the time was over before. Without a time it waits as long as it
/// takes. A handle that failed is ready: whoever reads it learns of the failure.
pub(crate) fn first(handles: &[Handle], limit: Option<Duration>) -> Option<usize> {
    // 0 stands for no limit.
    let limit_ms = limit.map_or(0, |limit| u32::try_from(limit.as_millis()).unwrap_or(u32::MAX).max(1));
    if handles.is_empty() && limit_ms == 0 {
        return None;
    }
    let mut place = u32::MAX;
    // SAFETY: the pointer and the length are those of the slice, and the place is written before the call returns.
    let status = unsafe { fastly_async_io::select(handles.as_ptr(), handles.len(), limit_ms, &raw mut place) };
    if status.result().is_err() {
        // A handle that the platform does not know: whose it is, reading tells.
        return (!handles.is_empty()).then_some(0);
    }
    // The platform's way to say that the time is over.
    (place != u32::MAX).then_some(place as usize)
}
