//! Functions with NETWORK and FILESYSTEM: what they reach and what not, how they end, and that nobody else waits for them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::Result;
use ferrite_tests::functions::{ask, load, load_as};
use ferrite_tests::{Client, FerriteServer};

use crate::{PATIENCE, start_with};

const OPEN: &str = "[wasm.security]\nallow_network = true\nallow_filesystem = true\n";

/// A server of web pages on loopback; it answers each path in its own way.
struct Web {
    address: SocketAddr,
}

impl Web {
    fn start() -> Result<Web> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || drop(answer(stream)));
            }
        });
        Ok(Web { address })
    }

    fn port(&self) -> u16 {
        self.address.port()
    }
}

fn answer(mut stream: TcpStream) -> Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        request.extend(byte);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    match request.split(' ').nth(1).unwrap_or_default() {
        "/hello" => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")?,
        "/away" => {
            stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n")?
        }
        "/endless" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            let mut chunk = b"10000\r\n".to_vec();
            chunk.extend([b'x'; 0x10000]);
            chunk.extend(b"\r\n");
            loop {
                stream.write_all(&chunk)?;
            }
        }
        "/slow" => {
            // Until the other end is gone.
            let mut end = [0];
            let _ = stream.read(&mut end)?;
        }
        _ => stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")?,
    }
    Ok(())
}

fn start(web: &Web, options: &[&str]) -> Result<(FerriteServer, Client, tempfile::TempDir)> {
    let (server, folder) = start_with(OPEN)?;
    let mut client = server.connect()?;
    let grant = format!("NETWORK=127.0.0.1:{}", web.port());
    load(&mut client, "outside", &[&["PERMISSIONS", "WRITE", &grant], options].concat())?;
    Ok((server, client, folder))
}

fn wait_until(mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    while !is_so()? {
        anyhow::ensure!(began.elapsed() < PATIENCE, "it never was so");
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

#[test]
fn a_function_fetches_from_the_host_that_it_was_granted_and_uses_the_store() -> Result<()> {
    let web = Web::start()?;
    let (_server, mut client, _folder) = start(&web, &[])?;
    let port = web.port();
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS fetch 127.0.0.1:{port} /hello"))?;
    assert_eq!(reply, "*2\r\n:200\r\n$5\r\nhello\r\n");
    let reply = ask(&mut client, &format!("WASM.CALL outside KEYS page ARGS fetch-into 127.0.0.1:{port} /hello"))?;
    assert_eq!(reply, ":200\r\n");
    assert_eq!(ask(&mut client, "GET page")?, "$5\r\nhello\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL outside KEYS n ARGS count 100")?, ":100\r\n");
    assert_eq!(ask(&mut client, "FCALL outside 1 n count 1")?, ":101\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL outside ARGS execute GET n")?, "$3\r\n101\r\n");
    let info = ask(&mut client, "WASM.INFO outside")?;
    for part in [&format!("NETWORK=127.0.0.1:{port}"), "off the shard", "fresh", "$6\r\natomic\r\n:0\r\n"] {
        assert!(info.contains(part), "{part}: {info}");
    }
    Ok(())
}

#[test]
fn other_hosts_ports_and_addresses_are_refused_whoever_names_them() -> Result<()> {
    let web = Web::start()?;
    let other = Web::start()?;
    let (_server, mut client, _folder) = start(&web, &[])?;
    let (port, other_port) = (web.port(), other.port());
    for authority in [
        format!("127.0.0.1:{other_port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        "169.254.169.254".to_owned(),
        format!("127.1:{port}"),
        format!("2130706433:{port}"),
        format!("example.com:{port}"),
        format!("127.0.0.1:{port}@localhost:{port}"),
    ] {
        let reply = ask(&mut client, &format!("WASM.CALL outside ARGS fetch {authority} /hello"))?;
        assert!(reply.starts_with("-ERR "), "{authority}: {reply}");
    }
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS fetch 127.0.0.1:{port} /away"))?;
    assert!(reply.starts_with("*2\r\n:302\r\n"), "a redirect is a reply and nothing more: {reply}");
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS connect 127.0.0.1:{port}"))?;
    assert!(reply.starts_with("-ERR "), "it has no sockets of its own: {reply}");

    // A name that leads inside is not enough, and any host is any public one.
    for grant in [format!("NETWORK=localhost.localdomain:{port}"), "NETWORK".to_owned()] {
        load_as(&mut client, "outside", "outside", &["REPLACE", "PERMISSIONS", &grant])?;
        let reply = ask(&mut client, &format!("WASM.CALL outside ARGS fetch 127.0.0.1:{port} /hello"))?;
        assert!(reply.starts_with("-ERR "), "{grant}: {reply}");
    }
    load_as(&mut client, "outside", "outside", &["REPLACE", "PERMISSIONS", &format!("NETWORK=localhost:{port}")])?;
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS fetch localhost:{port} /hello"))?;
    assert!(reply.starts_with("*2\r\n:200\r\n"), "{reply}");
    Ok(())
}

#[test]
fn nobody_waits_for_a_function_that_waits() -> Result<()> {
    let web = Web::start()?;
    let (server, mut client, _folder) = start(&web, &["TIMEOUT", "5000"])?;
    let mut other = server.connect()?;
    for line in [
        format!("WASM.CALL outside ARGS fetch 127.0.0.1:{} /slow", web.port()),
        "WASM.CALL outside ARGS loop".to_owned(),
    ] {
        client.send(format!("{line}\r\n").as_bytes())?;
        for number in 1..=100 {
            assert_eq!(ask(&mut other, "INCR others")?.trim_end(), format!(":{number}"));
        }
        assert_eq!(ask(&mut other, "DEL others")?, ":1\r\n");
        let killed = ask(&mut other, "WASM.KILL outside")?;
        assert!(killed == "+OK\r\n" || line.ends_with("loop"), "one that loops may have ended by its fuel: {killed}");
        let reply = String::from_utf8_lossy(&client.reply_within(PATIENCE)?).into_owned();
        assert!(reply == "-ERR wasm: killed\r\n" || reply.contains("fuel exhausted"), "{line}: {reply}");
    }
    assert!(ask(&mut other, "WASM.KILL outside")?.starts_with("-NOTBUSY"));
    Ok(())
}

#[test]
fn every_limit_ends_a_call_outside_too() -> Result<()> {
    let web = Web::start()?;
    let (_server, mut client, _folder) = start(&web, &["TIMEOUT", "300", "FUEL", "1000000000"])?;
    let at = format!("127.0.0.1:{}", web.port());
    for (deed, error) in [
        (format!("fetch {at} /slow"), "-ERR wasm: deadline of 300 ms exceeded"),
        (format!("fetch {at} /slow 20"), "-ERR the request failed: ErrorCode::ConnectionReadTimeout"),
        ("sleep 60000".to_owned(), "-ERR wasm: deadline of 300 ms exceeded"),
        ("loop".to_owned(), "-ERR wasm: "),
        ("panic".to_owned(), "-ERR wasm: panic: "),
    ] {
        let reply = ask(&mut client, &format!("WASM.CALL outside ARGS {deed}"))?;
        assert!(reply.starts_with(error), "{deed}: {reply}");
    }
    load(&mut client, "outside", &["REPLACE", "FUEL", "1000000000", "PERMISSIONS", &format!("NETWORK={at}")])?;
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS drain {at} /endless"))?;
    assert!(reply.contains("body size exceeds") || reply.contains("BodySize") || reply.contains("deadline"), "{reply}");
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS fetch {at} /endless"))?;
    assert!(reply.starts_with("-ERR "), "{reply}");
    let flood = ask(&mut client, &format!("WASM.CALL outside ARGS flood {at}"))?;
    assert_eq!(flood, ":8\r\n", "no more requests at a time");
    load(&mut client, "outside", &["REPLACE", "FUEL", "100000", "PERMISSIONS", &format!("NETWORK={at}")])?;
    assert_eq!(ask(&mut client, "WASM.CALL outside ARGS loop")?, "-ERR wasm: fuel exhausted after 100000\r\n");
    Ok(())
}

#[test]
fn a_call_ends_with_its_client_and_is_not_undone() -> Result<()> {
    let web = Web::start()?;
    let (server, mut client, _folder) = start(&web, &[])?;
    assert_eq!(ask(&mut client, "WASM.CALL outside KEYS n ARGS count-and-fail")?, "-ERR on purpose\r\n");
    assert_eq!(ask(&mut client, "GET n")?, "$1\r\n1\r\n", "what was written stays");
    let mut leaving = server.connect()?;
    leaving.send(format!("WASM.CALL outside ARGS fetch 127.0.0.1:{} /slow\r\n", web.port()).as_bytes())?;
    std::thread::sleep(Duration::from_millis(50));
    drop(leaving);
    wait_until(|| Ok(ask(&mut client, "WASM.INFO outside")?.contains("$6\r\nkilled\r\n:1\r\n")))?;
    assert!(ask(&mut client, "WASM.KILL outside")?.starts_with("-NOTBUSY"), "it ended with its client");
    Ok(())
}

#[test]
fn multi_and_other_functions_refuse_them_and_permissions_hold() -> Result<()> {
    let web = Web::start()?;
    let (_server, mut client, _folder) = start(&web, &["STRICT_KEYS"])?;
    for line in ["MULTI", "WASM.CALL outside KEYS n ARGS count 1"] {
        ask(&mut client, line)?;
    }
    let reply = ask(&mut client, "EXEC")?;
    assert!(reply.contains("off the shard") && reply.contains("MULTI refuses it"), "{reply}");
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    let reply = ask(&mut client, "WASM.CALL execute ARGS WASM.CALL outside KEYS n ARGS count 1")?;
    assert!(reply.contains("only clients can call it"), "{reply}");
    // The other way round it works: each call is a transaction of its own.
    assert_eq!(ask(&mut client, "WASM.CALL outside KEYS k ARGS execute SET k v")?, "+OK\r\n");
    let reply = ask(&mut client, "WASM.CALL outside KEYS k ARGS execute SET other v")?;
    assert!(reply.starts_with('-') && reply.contains("STRICT_KEYS"), "{reply}");
    assert!(ask(&mut client, "WASM.CALL outside KEYS k ARGS count 1")?.starts_with("-"), "a wrong type");
    let reply = ask(&mut client, "WASM.CALL_RO outside KEYS n ARGS count 1")?;
    assert!(reply.starts_with('-'), "{reply}");
    assert_eq!(ask(&mut client, "EXISTS n other")?, ":0\r\n");
    let reply = ask(&mut client, "WASM.CALL outside KEYS k ARGS execute WASM.CALL execute ARGS GET k")?;
    assert_eq!(reply, "$1\r\nv\r\n");
    Ok(())
}

#[test]
fn a_write_from_outside_wakes_who_waits_for_it() -> Result<()> {
    let web = Web::start()?;
    let (server, mut client, _folder) = start(&web, &[])?;
    let mut waiting = server.connect()?;
    waiting.send(b"BLPOP list 0\r\n")?;
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(ask(&mut client, "WASM.CALL outside ARGS execute RPUSH list x")?, ":1\r\n");
    assert_eq!(waiting.reply_within(PATIENCE)?, b"*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
    Ok(())
}

#[test]
fn files_are_those_of_the_granted_directory_and_no_link_leads_out_of_it() -> Result<()> {
    let (server, folder) = start_with(OPEN)?;
    let mut client = server.connect()?;
    let dir = |name: &str| folder.path().join(name).display().to_string();
    for name in ["data", "secret"] {
        std::fs::create_dir(dir(name))?;
        std::fs::write(dir(&format!("{name}/file")), name)?;
    }
    std::os::unix::fs::symlink(dir("secret"), dir("data/link"))?;
    std::os::unix::fs::symlink("../secret/file", dir("data/up"))?;
    let (data, secret) = (dir("data"), dir("secret"));
    load(&mut client, "outside", &["PERMISSIONS", "NETWORK=127.0.0.1:1", &format!("FILESYSTEM={data}:ro")])?;
    assert_eq!(ask(&mut client, &format!("WASM.CALL outside ARGS read {data}/file"))?, "$4\r\ndata\r\n");
    let reply = ask(&mut client, &format!("WASM.CALL outside ARGS list {data}"))?;
    assert!(reply.starts_with("*3\r\n"), "{reply}");
    let escapes = [
        format!("read {secret}/file"),
        format!("read {data}/../secret/file"),
        format!("read {data}/link/file"),
        format!("read {data}/up"),
        "read /etc/passwd".to_owned(),
        format!("write {data}/file x"),
        format!("write {data}/new x"),
        format!("list {data}/link"),
        "fetch example.com /".to_owned(),
    ];
    for deed in &escapes {
        let reply = ask(&mut client, &format!("WASM.CALL outside ARGS {deed}"))?;
        assert!(reply.starts_with("-ERR "), "{deed}: {reply}");
    }
    load(&mut client, "outside", &["REPLACE", "PERMISSIONS", "NETWORK=127.0.0.1:1", &format!("FILESYSTEM={data}:rw")])?;
    assert_eq!(ask(&mut client, &format!("WASM.CALL outside ARGS write {data}/new text"))?, "+OK\r\n");
    assert_eq!(std::fs::read_to_string(dir("data/new"))?, "text");
    for deed in
        [format!("write {data}/link/file x"), format!("write {data}/../secret/file x"), format!("write {data}/up x")]
    {
        let reply = ask(&mut client, &format!("WASM.CALL outside ARGS {deed}"))?;
        assert!(reply.starts_with("-ERR "), "{deed}: {reply}");
    }
    assert_eq!(std::fs::read_to_string(dir("secret/file"))?, "secret");
    Ok(())
}

#[test]
fn the_configuration_lists_what_may_be_granted() -> Result<()> {
    let (server, _folder) = start_with("[wasm.security]\nallow_network = [\"*.example.com\", \"127.0.0.1:80\"]\n")?;
    let mut client = server.connect()?;
    for (words, part) in [
        (&["NETWORK=example.org"][..], "allow_network"),
        (&["NETWORK=127.0.0.1:81"], "allow_network"),
        (&["FILESYSTEM=."], "allow_filesystem"),
        (&["NETWORK=http://a/"], "is no host"),
    ] {
        let reply = load_as(&mut client, "f", "outside", &[&["PERMISSIONS"], words].concat())?;
        assert!(reply.starts_with("-ERR wasm: ") && reply.contains(part), "{words:?}: {reply}");
    }
    load(&mut client, "outside", &["PERMISSIONS", "NETWORK=api.example.com"])?;
    load(&mut client, "outside", &["REPLACE", "PERMISSIONS", "NETWORK"])?;
    let info = ask(&mut client, "WASM.INFO outside")?;
    assert!(info.contains("NETWORK=*.example.com NETWORK=127.0.0.1:80"), "the bare word is the list: {info}");
    let reply = load_as(&mut client, "g", "outside", &["PERMISSIONS", "READ"])?;
    assert!(reply.contains("wasi:http") && reply.contains("NETWORK"), "without the grant it does not load: {reply}");
    Ok(())
}
