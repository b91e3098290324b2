//! From `ferrite udf new` to a call on a running server, in four languages, with the tools that people use.

mod bad_turns;
mod composed;
mod golden_cases;
mod tool;
mod workflow;
