//! Whom a host refuses.

use anyhow::Result;

use crate::host::{Host, TOKEN};
use ferrite_tests::http::ask;

crate::on_both_hosts!(
    without_the_token_nothing_is_done,
    a_foreign_page_is_refused_before_the_token_counts,
    another_name_is_refused_before_the_token_counts,
    a_page_that_is_allowed_may_ask_and_read,
);

fn without_the_token_nothing_is_done(host: &Host) -> Result<()> {
    let longer = format!("Bearer {TOKEN}x");
    let shorter = format!("Bearer {}", TOKEN.get(1..).unwrap_or_default());
    let basic = format!("Basic {TOKEN}");
    for headers in [
        vec![],
        vec![("Authorization", "")],
        vec![("Authorization", "Bearer ")],
        vec![("Authorization", longer.as_str())],
        vec![("Authorization", shorter.as_str())],
        vec![("Authorization", basic.as_str())],
        vec![("Authorization", TOKEN)],
    ] {
        for (method, target, body) in [
            ("POST", "/", r#"["SET", "k", "v"]"#),
            ("GET", "/set/k/v", ""),
            ("POST", "/pipeline", r#"[["SET", "k", "v"]]"#),
            ("POST", "/multi-exec", r#"[["SET", "k", "v"]]"#),
            ("GET", "/subscribe/k", ""),
            ("GET", "/set/k/v?_token=wrong", ""),
        ] {
            let answer = ask(host.address, method, target, &headers, body.as_bytes())?;
            assert_eq!((answer.status, answer.text().as_str()), (401, r#"{"error":"Unauthorized"}"#), "{target}");
        }
    }
    assert_eq!(host.post("/", r#"["DBSIZE"]"#)?.1, r#"{"result":0}"#);
    let by_query = ask(host.address, "GET", &format!("/set/k/v?_token={TOKEN}"), &[], b"")?;
    assert_eq!(by_query.text(), r#"{"result":"OK"}"#, "for what cannot send headers");
    Ok(())
}

fn a_foreign_page_is_refused_before_the_token_counts(host: &Host) -> Result<()> {
    for origin in ["null", "https://evil.example", "http://localhost:1", "https://app.example.com.evil.example"] {
        for method in ["POST", "OPTIONS"] {
            let answer = host.ask_with(method, "/", &[("Origin", origin)], br#"["SET", "k", "v"]"#)?;
            assert_eq!(answer.status, 403, "{origin}");
            assert!(answer.text().contains("allow-origin") && answer.header("access-control-allow-origin").is_none());
        }
    }
    assert_eq!(host.post("/", r#"["DBSIZE"]"#)?.1, r#"{"result":0}"#);
    Ok(())
}

fn another_name_is_refused_before_the_token_counts(host: &Host) -> Result<()> {
    let port = host.address.port();
    for name in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example"] {
        let answer = host.ask_with("POST", "/", &[("Host", &format!("{name}:{port}"))], br#"["SET", "k", "v"]"#)?;
        assert_eq!(answer.status, 421, "{name}");
        assert!(answer.text().contains(name) && answer.text().contains("allow-host"), "{}", answer.text());
    }
    for name in ["localhost", "127.0.0.1", "[::1]"] {
        let answer = host.ask_with("POST", "/", &[("Host", &format!("{name}:{port}"))], br#"["DBSIZE"]"#)?;
        assert_eq!(answer.text(), r#"{"result":0}"#, "{name}");
    }
    Ok(())
}

fn a_page_that_is_allowed_may_ask_and_read(host: &Host) -> Result<()> {
    let own = format!("http://{}", host.address);
    let preflight =
        ask(host.address, "OPTIONS", "/", &[("Origin", &own), ("Access-Control-Request-Method", "POST")], b"")?;
    assert_eq!((preflight.status, preflight.body.len()), (204, 0));
    assert_eq!(preflight.header("access-control-allow-origin"), Some(own.as_str()));
    assert!(preflight.header("access-control-allow-headers").is_some_and(|list| list.contains("Authorization")));
    let answer = host.ask_with("POST", "/", &[("Origin", &own)], br#"["PING"]"#)?;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(own.as_str())));
    let refused = ask(host.address, "POST", "/", &[("Origin", &own)], br#"["PING"]"#)?;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, Some(own.as_str())));
    Ok(())
}

#[test]
fn a_component_without_a_token_serves_nobody() -> Result<()> {
    let host = Host::component("")?;
    for headers in [vec![], vec![("Authorization", "Bearer ")], vec![("Authorization", "Bearer x")]] {
        let answer = ask(host.address, "POST", "/", &headers, br#"["PING"]"#)?;
        assert_eq!(answer.status, 503);
        assert!(answer.text().contains("FERRITE_HTTP_TOKEN"), "{}", answer.text());
    }
    Ok(())
}

#[test]
fn a_configured_origin_may_ask_the_component() -> Result<()> {
    let host = Host::component(TOKEN)?;
    let answer = host.ask_with("POST", "/", &[("Origin", "https://app.example.com")], br#"["PING"]"#)?;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.com"));
    Ok(())
}

#[test]
fn configured_names_and_origins_may_ask_the_server() -> Result<()> {
    let http = format!(
        "token = {TOKEN:?}\nallow-host = [\"store.example.com\"]\nallow-origin = [\"https://app.example.com\"]"
    );
    let host = Host::server_with(&http, &[])?;
    let headers = [("Host", "store.example.com"), ("Origin", "https://app.example.com")];
    let answer = host.ask_with("POST", "/", &headers, br#"["PING"]"#)?;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some("https://app.example.com")));
    assert_eq!(host.ask_with("POST", "/", &[("Host", "localhost:1")], br#"["PING"]"#)?.status, 421, "another port");
    Ok(())
}
