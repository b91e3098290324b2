//! Ten million random bytes over many connections, pure and behind the beginnings of real commands.

use std::env;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use ferrite_tests::Subject;

use crate::process::resident_bytes;
use crate::{assert_serves, wait_for_clients};

ferrite_tests::on_both!(ten_million_random_bytes_disturb_nobody);

const CONNECTIONS: u64 = 400;
const BYTES_EACH: usize = 25_000;

/// Prefixes that lead the parser into each of its states, and none.
const BEGINNINGS: [&[u8]; 8] =
    [b"", b"", b"", b"*", b"*3\r\n$", b"*3\r\n$3\r\nSET\r\n$5\r\n", b"*1\r\n$100000\r\n", b"SET k \""];

fn ten_million_random_bytes_disturb_nobody(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let seed = match env::var("FERRITE_SEED") {
        Ok(seed) => seed.parse().context("FERRITE_SEED is a number")?,
        Err(_) => u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() % u128::from(u64::MAX))?,
    };
    println!("FERRITE_SEED={seed}");
    let mut random = SplitMix(seed);
    let mut witness = server.connect()?;
    assert_eq!(witness.command(&["SET", "witness", "unharmed"])?, b"+OK\r\n");
    let before = resident_bytes(server.pid())?;
    for _ in 0..CONNECTIONS {
        let beginning = BEGINNINGS.get(random.next() as usize % BEGINNINGS.len()).copied().unwrap_or_default();
        let mut bytes = beginning.to_vec();
        bytes.extend((0..BYTES_EACH / 8).flat_map(|_| random.next().to_le_bytes()));
        pour(server.address(), &bytes).with_context(|| format!("FERRITE_SEED={seed}"))?;
        ensure!(witness.command(&["GET", "witness"])? == b"$8\r\nunharmed\r\n", "FERRITE_SEED={seed}");
    }
    wait_for_clients(&mut witness, 1)?;
    let grown = resident_bytes(server.pid())?.saturating_sub(before);
    assert!(grown < 64 << 20, "{grown} bytes more after 10 MB of noise, FERRITE_SEED={seed}");
    assert_serves(&server)
}

/// Sends bytes and reads whatever comes, until the server has closed the connection or answered it all.
fn pour(address: SocketAddr, bytes: &[u8]) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_write_timeout(Some(Duration::from_secs(20)))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut reader = stream.try_clone()?;
    let drain = std::thread::spawn(move || {
        let mut chunk = [0; 64 * 1024];
        loop {
            match reader.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    });
    // The server may close in the middle of it, as it should after a protocol error.
    let _ = stream.write_all(bytes).and_then(|()| stream.shutdown(Shutdown::Write));
    drain.join().expect("the reader does not panic").context("the connection was neither answered nor closed")
}

/// SplitMix64, by Sebastiano Vigna: small, and the same on every machine.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
