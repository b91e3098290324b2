//! The AI gateway against a mock of its upstreams: what real clients parse, and what happens when upstreams fail.

mod clients;
mod command;
mod embeddings;
mod faults;
mod host;
mod policies;
mod random;
mod semantic;
mod tls;
mod transcripts;
