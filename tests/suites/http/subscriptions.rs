//! Messages as server-sent events, by the server; the component says that it has none.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use anyhow::{Context, Result};

use crate::host::{Host, TOKEN};
use ferrite_tests::http::connect;

/// An answer that has no end, line by line.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(host: &Host, target: &str) -> Result<Events> {
        let mut stream = connect(host.address)?;
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nAccept: text/event-stream\r\n\
             Content-Length: 2\r\n\r\n[]",
            host.address
        );
        stream.write_all(head.as_bytes())?;
        let mut events = Events(BufReader::new(stream));
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &String| !line.is_empty()) {
            lines.push(events.line()?);
        }
        assert!(lines.first().is_some_and(|status| status.contains(" 200 ")), "{lines:?}");
        assert!(lines.iter().any(|line| line == "content-type: text/event-stream"), "{lines:?}");
        Ok(events)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        anyhow::ensure!(self.0.read_line(&mut line)? > 0, "the stream ended");
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The next line of data, whatever the chunks of HTTP.
    fn data(&mut self) -> Result<String> {
        loop {
            let line = self.line()?;
            if let Some(data) = line.strip_prefix("data: ") {
                return Ok(data.to_owned());
            }
        }
    }
}

#[test]
fn messages_of_channels_and_patterns_are_events() -> Result<()> {
    let host = Host::server(&[])?;
    let mut channels = Events::open(&host, "/subscribe/news/a%20b")?;
    assert_eq!(channels.data()?, "subscribe,news,1");
    assert_eq!(channels.data()?, "subscribe,a b,2");
    let mut patterns = Events::open(&host, "/psubscribe/ne*")?;
    assert_eq!(patterns.data()?, "psubscribe,ne*,1");
    assert_eq!(host.post("/", r#"["PUBLISH", "news", "a,b"]"#)?.1, r#"{"result":2}"#);
    assert_eq!(host.post("/", r#"["PUBLISH", "a b", "two\nlines"]"#)?.1, r#"{"result":1}"#);
    assert_eq!(channels.data()?, "message,news,a,b");
    assert_eq!(channels.data()?, "message,a b,two");
    assert_eq!(channels.data()?, "lines");
    assert_eq!(patterns.data()?, "pmessage,ne*,news,a,b");
    // As many as no buffer on the way holds.
    let long = "x".repeat(500_000);
    for _ in 0..20 {
        assert_eq!(host.ask("POST", "/publish/news", long.as_bytes())?.text(), r#"{"result":2}"#);
    }
    for _ in 0..20 {
        assert_eq!(channels.data()?.len(), "message,news,".len() + long.len());
    }
    Ok(())
}

#[test]
fn a_subscriber_that_leaves_is_gone() -> Result<()> {
    let host = Host::server(&[])?;
    let mut events = Events::open(&host, "/subscribe/news")?;
    assert_eq!(events.data()?, "subscribe,news,1");
    drop(events);
    for _ in 0..6000 {
        if host.post("/", r#"["PUBLISH", "news", "x"]"#)?.1 == r#"{"result":0}"# {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    anyhow::bail!("it is still subscribed")
}

#[test]
fn there_is_room_for_so_many_subscribers_and_for_others_beside_them() -> Result<()> {
    let host = Host::server(&[])?;
    let mut all = (0..128).map(|_| Events::open(&host, "/subscribe/news")).collect::<Result<Vec<_>>>()?;
    let (status, body) = host.post("/subscribe/news", "")?;
    assert_eq!(status, 503);
    assert!(body.contains("128 subscribers"), "{body}");
    assert_eq!(host.post("/", r#"["PUBLISH", "news", "x"]"#)?.1, r#"{"result":128}"#);
    let last = all.last_mut().context("there are some")?;
    assert_eq!((last.data()?, last.data()?), ("subscribe,news,1".to_owned(), "message,news,x".to_owned()));
    Ok(())
}

#[test]
fn the_component_says_that_it_cannot() -> Result<()> {
    let host = Host::component(TOKEN)?;
    let (status, body) = host.post("/subscribe/news", "")?;
    assert_eq!(status, 501);
    assert!(body.contains("ferrite serve --http"), "{body}");
    let (status, body) = host.post("/", r#"["BLPOP", "l", 0]"#)?;
    assert!(status == 400 && body.contains("ferrite serve --http"), "{body}");
    assert_eq!(host.post("/", r#"["PING"]"#)?.0, 200);
    Ok(())
}
