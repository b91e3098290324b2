//! What programs do without a second thought.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ferrite_udf::prelude::*;

/// Prints a line to either stream, and the begin of another.
pub(crate) fn print(_: Option<u64>) -> Result<Reply> {
    println!("printed to stdout");
    eprintln!("printed to stderr");
    print!("printed without an end");
    std::io::stdout().flush()?;
    Ok(().into())
}

/// How many variables and arguments there are, and whether there is a folder to be in.
pub(crate) fn environment(_: Option<u64>) -> Result<Reply> {
    let counts = [std::env::vars().count(), std::env::args().count()];
    Ok(Reply::array(counts.map(|count| Reply::from(count as i64))))
}

/// The seconds, and how many nanoseconds went by between two readings of either clock.
pub(crate) fn time(_: Option<u64>) -> Result<Reply> {
    let (wall, steady) = (SystemTime::now(), Instant::now());
    let seconds = wall.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let passed = wall.elapsed().map_or(0, |passed| passed.as_nanos()) + steady.elapsed().as_nanos();
    Ok(Reply::array([seconds as i64, passed as i64].map(Reply::from)))
}

/// Sleeps for an hour.
pub(crate) fn sleep(n: Option<u64>) -> Result<Reply> {
    std::thread::sleep(Duration::from_secs(n.unwrap_or(3600)));
    Ok(().into())
}

/// The hash of a word, whose key is random.
pub(crate) fn hash(_: Option<u64>) -> Result<Reply> {
    let map: HashMap<&str, i64> = [("a", 1), ("b", 2)].into();
    let hash = RandomState::new().hash_one("word");
    Ok(Reply::array([map.values().sum(), (hash >> 1) as i64].map(Reply::from)))
}

/// What there is to read.
pub(crate) fn stdin(_: Option<u64>) -> Result<Reply> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// A file of the host.
pub(crate) fn file(_: Option<u64>) -> Result<Reply> {
    Ok(std::fs::read_to_string("/etc/passwd")?.into())
}

/// A file in the present folder.
pub(crate) fn write_file(_: Option<u64>) -> Result<Reply> {
    std::fs::write("written", "by a function")?;
    Ok(().into())
}

/// The host itself, at the port n.
pub(crate) fn connect(n: Option<u64>) -> Result<Reply> {
    let port = u16::try_from(n.unwrap_or(6379)).unwrap_or_default();
    std::net::TcpStream::connect(("127.0.0.1", port))?;
    Ok(().into())
}

/// The address of a name.
pub(crate) fn resolve(_: Option<u64>) -> Result<Reply> {
    use std::net::ToSocketAddrs as _;
    Ok((("localhost", 80).to_socket_addrs()?.count() as i64).into())
}

/// Panics with the standard library's own hook, which writes to standard error.
pub(crate) fn panic(_: Option<u64>) -> Result<Reply> {
    drop(std::panic::take_hook());
    panic!("said on standard error");
}

/// Ends the process.
pub(crate) fn exit(n: Option<u64>) -> Result<Reply> {
    eprintln!("leaving");
    std::process::exit(n.map_or(0, |n| n as i32));
}
