//! Real clients, unchanged and without special options: what they do with redis-server they must do with Ferrite.
//!
//! One file per client. Each check runs against both servers; only functions are Ferrite's own.

use ferrite_tests as _;

mod ioredis;
mod node;
mod npm_redis;
mod programs;
mod redis_benchmark;
mod redis_cli;
mod redis_cli_watching;
mod redis_py;
mod redis_rs;
mod redis_rs_data;
mod redis_rs_pushes;
