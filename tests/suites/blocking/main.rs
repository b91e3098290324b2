//! Clients that wait, on a whole server: what only sockets, time and functions can show. The replies themselves are in
//! `conformance/blocking.resp`.

mod functions;
mod waiting;
