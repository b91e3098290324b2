//! The conversions between the Messages API and the Chat Completions API.

mod accumulate;
mod events;
mod golden;
mod hostile;
mod random;
mod round_trip;
