//! The server through its library face: every test has a server of its own, on a free port of the loopback interface.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ferrite::config::Config;
use ferrite::limits;
use ferrite::server::{self, ServeError, Stop};

const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    address: SocketAddr,
    stop: Arc<Stop>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    fn start() -> Running {
        Running::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Config)) -> Running {
        let mut config = Config::default();
        config.server.port = 0;
        // All tests share the compiled store that the first of them leaves here.
        config.server.dir = env!("CARGO_TARGET_TMPDIR").into();
        // But not what another one stored.
        config.server.save = Some(String::new());
        config.server.dbfilename = "of-nobody.rdb".to_owned();
        change(&mut config);
        let stop = Arc::new(Stop::default());
        let (ready, wait) = mpsc::channel();
        let stop_too = stop.clone();
        let thread = std::thread::Builder::new()
            .stack_size(limits::SHARD_STACK_BYTES)
            .spawn(move || {
                server::run(config, stop_too, |addresses| {
                    ready.send(addresses.first().copied()).expect("the test waits");
                })
            })
            .expect("a thread");
        let address = wait.recv_timeout(PATIENCE).expect("the server starts").expect("it has an address");
        Running { address, stop, thread: Some(thread) }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a valid time");
        stream.set_write_timeout(Some(PATIENCE)).expect("a valid time");
        stream
    }

    fn join(mut self) -> Result<(), ServeError> {
        let thread = self.thread.take().expect("joined once");
        let began = Instant::now();
        while !thread.is_finished() {
            assert!(began.elapsed() < PATIENCE, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        thread.join().expect("it does not panic")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.request();
        if let Some(thread) = self.thread.take() {
            thread.join().expect("it does not panic").expect("it ends in order");
        }
    }
}

fn ask(stream: &mut TcpStream, request: &[u8], reply: &str) {
    stream.write_all(request).expect("it takes the request");
    let mut present = vec![0; reply.len()];
    stream.read_exact(&mut present).expect("it answers");
    assert_eq!(String::from_utf8_lossy(&present), reply);
}

/// What comes until the connection is closed.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_command_may_arrive_byte_by_byte() {
    let server = Running::start();
    let mut client = server.connect();
    client.set_nodelay(true).expect("a socket option");
    for byte in b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n*2\r\n$3\r\nGET\r\n$1\r\n" {
        client.write_all(&[*byte]).expect("it takes the byte");
    }
    ask(&mut client, b"k\r\n", "+OK\r\n$5\r\nhello\r\n");
}

#[test]
fn a_value_bigger_than_every_buffer_survives_the_way_there_and_back() {
    let server = Running::start();
    let mut client = server.connect();
    let value: Vec<u8> = (0..8 << 20).map(|index: u32| index.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let mut request = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${}\r\n", value.len()).into_bytes();
    request.extend_from_slice(&value);
    request.extend_from_slice(b"\r\n");
    ask(&mut client, &request, "+OK\r\n");
    ask(&mut client, b"GET k\r\n", &format!("${}\r\n", value.len()));
    let mut present = vec![0; value.len() + 2];
    client.read_exact(&mut present).expect("it answers");
    assert!(present.starts_with(&value) && present.ends_with(b"\r\n"));
}

#[test]
fn every_command_of_an_endless_pipeline_is_answered_in_order_and_others_are_served_meanwhile() {
    let server = Running::start();
    let client = server.connect();
    let mut writer = client.try_clone().expect("a second handle");
    let sending = std::thread::spawn(move || {
        for number in 0..100_000 {
            writer.write_all(format!("ECHO {number}\r\n").as_bytes()).expect("it takes the request");
        }
    });
    let mut other = server.connect();
    ask(&mut other, b"PING\r\n", "+PONG\r\n");
    let expected: String =
        (0..100_000).map(|number: u32| number.to_string()).map(|n| format!("${}\r\n{n}\r\n", n.len())).collect();
    let mut present = vec![0; expected.len()];
    (&client).read_exact(&mut present).expect("it answers");
    assert!(present == expected.as_bytes());
    sending.join().expect("it does not panic");
}

#[test]
fn a_client_that_never_reads_is_not_read_from_and_disturbs_nobody() {
    let server = Running::start();
    let mut other = server.connect();
    ask(&mut other, b"SETRANGE big 999999 x\r\n", ":1000000\r\n");
    let mut deaf = server.connect();
    deaf.set_write_timeout(Some(Duration::from_secs(1))).expect("a valid time");
    let requests = b"GET big\r\n".repeat(10_000);
    // The kernel's buffers are all that is filled: the server stops reading when its replies are not taken.
    let refused = (0..1000).any(|_| deaf.write_all(&requests).is_err());
    assert!(refused, "the server goes on reading from a client that does not read");
    ask(&mut other, b"PING\r\n", "+PONG\r\n");
}

#[test]
fn a_header_without_its_body_costs_nobody_anything() {
    let server = Running::start();
    let mut clients: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.write_all(b"*2\r\n$3\r\nGET\r\n$536870912\r\n").expect("it takes the header");
    }
    ask(&mut server.connect(), b"PING\r\n", "+PONG\r\n");
    clients.clear();
    ask(&mut server.connect(), b"PING\r\n", "+PONG\r\n");
}

#[test]
fn malformed_bytes_get_redis_error_and_a_closed_connection() {
    let server = Running::start();
    let mut client = server.connect();
    client.write_all(b"*1\r\n+PING\r\n").expect("it takes the bytes");
    assert_eq!(rest(&mut client), "-ERR Protocol error: expected '$', got '+'\r\n");
}

#[test]
fn http_on_this_port_is_hung_up_on_before_a_later_command_runs() {
    let server = Running::start();
    for request in ["POST / HTTP/1.1\r\n", "GET k\r\nHost: example.org\r\n"] {
        let mut client = server.connect();
        client.write_all(request.as_bytes()).expect("it takes the bytes");
        client.write_all(b"SET attacked yes\r\n").expect("it takes the bytes");
        let replies = rest(&mut client);
        assert!(!replies.contains("OK"), "{replies}");
    }
    ask(&mut server.connect(), b"EXISTS attacked\r\n", ":0\r\n");
}

#[test]
fn quit_is_answered_and_the_rest_of_the_pipeline_is_not() {
    let server = Running::start();
    let mut client = server.connect();
    client.write_all(b"PING\r\nQUIT\r\nPING\r\n").expect("it takes the requests");
    assert_eq!(rest(&mut client), "+PONG\r\n+OK\r\n");
}

#[test]
fn an_idle_client_goes_and_a_busy_one_stays() {
    let server = Running::with(|config| config.server.timeout = 1);
    let (mut idle, mut busy) = (server.connect(), server.connect());
    ask(&mut idle, b"PING\r\n", "+PONG\r\n");
    let began = Instant::now();
    idle.set_nonblocking(true).expect("a socket option");
    loop {
        ask(&mut busy, b"PING\r\n", "+PONG\r\n");
        match idle.read(&mut [0; 1]) {
            Ok(count) => break assert_eq!(count, 0, "nothing but the end is expected"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        assert!(began.elapsed() < PATIENCE, "the idle client is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(began.elapsed() > Duration::from_secs(1));
}

#[test]
fn one_client_too_many_is_told_so_and_config_set_makes_room() {
    let server = Running::with(|config| config.server.maxclients = 2);
    let (mut first, mut second) = (server.connect(), server.connect());
    ask(&mut first, b"PING\r\n", "+PONG\r\n");
    ask(&mut second, b"PING\r\n", "+PONG\r\n");
    assert_eq!(rest(&mut server.connect()), "-ERR max number of clients reached\r\n");
    ask(&mut first, b"CONFIG SET maxclients 3\r\n", "+OK\r\n");
    ask(&mut server.connect(), b"PING\r\n", "+PONG\r\n");
}

#[test]
fn a_killed_client_finds_its_connection_closed() {
    let server = Running::start();
    let (mut victim, mut killer) = (server.connect(), server.connect());
    victim.write_all(b"CLIENT ID\r\n").expect("it takes the request");
    let mut reply = [0; 64];
    let count = victim.read(&mut reply).expect("it answers");
    let id = String::from_utf8_lossy(reply.get(1..count).expect("a reply")).trim().to_owned();
    ask(&mut killer, format!("CLIENT KILL ID {id}\r\n").as_bytes(), ":1\r\n");
    assert_eq!(rest(&mut victim), "");
    ask(&mut killer, b"PING\r\n", "+PONG\r\n");
}

#[test]
fn facts_of_the_host_are_shown_by_config_and_info() {
    let server = Running::with(|config| config.server.timeout = 77);
    let mut client = server.connect();
    ask(&mut client, b"CONFIG GET timeout\r\n", "*2\r\n$7\r\ntimeout\r\n$2\r\n77\r\n");
    client.write_all(b"INFO server\r\nQUIT\r\n").expect("it takes the requests");
    let info = rest(&mut client);
    for line in [
        format!("tcp_port:{}\r\n", server.address.port()),
        format!("process_id:{}\r\n", std::process::id()),
        "redis_version:7.0.15\r\n".to_owned(),
        format!("ferrite_version:{}\r\n", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(info.contains(&line), "{line} is missing in {info}");
    }
}

#[test]
fn what_is_obeyed_while_a_function_runs_is_marked_so_in_the_command_table() {
    let server = Running::start();
    for name in ["AUTH", "HELLO", "QUIT", "RESET", "SHUTDOWN", "WASM.KILL"] {
        let mut client = server.connect();
        client.write_all(format!("COMMAND INFO {name}\r\nQUIT\r\n").as_bytes()).expect("it takes the requests");
        let reply = rest(&mut client);
        assert!(reply.contains("+allow_busy\r\n"), "{name}: {reply}");
    }
}

#[test]
fn shutdown_ends_the_server_and_closes_every_connection() {
    let server = Running::start();
    let (mut first, mut second) = (server.connect(), server.connect());
    ask(&mut second, b"PING\r\n", "+PONG\r\n");
    first.write_all(b"SHUTDOWN NOSAVE\r\n").expect("it takes the request");
    assert_eq!(rest(&mut first), "");
    assert_eq!(rest(&mut second), "");
    server.join().expect("it ends in order");
}

#[test]
fn replies_that_are_due_are_written_before_the_server_ends() {
    let server = Running::start();
    let mut client = server.connect();
    ask(&mut client, b"SETRANGE big 4999999 x\r\n", ":5000000\r\n");
    client.write_all(b"GET big\r\n").expect("it takes the request");
    // The reply has begun and does not fit into the kernel's buffers.
    client.read_exact(&mut [0; 1]).expect("it answers");
    server.stop.request();
    assert_eq!(rest(&mut client).len(), "$5000000\r\n".len() - 1 + 5_000_000 + 2);
    server.join().expect("it ends in order");
}

#[test]
fn a_port_in_use_is_named() {
    let server = Running::start();
    let mut config = Config::default();
    config.server.port = server.address.port();
    let error = server::run(config, Arc::default(), |_| panic!("it must not be ready")).expect_err("the port is taken");
    let text = error.to_string();
    assert!(text.contains(&server.address.to_string()) && text.contains("already"), "{text}");
}
