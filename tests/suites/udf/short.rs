//! Keys and values around the length up to which they cross in words.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load, load_as};

/// Around each word's end, around the last one's, and far beyond.
const LENGTHS: [usize; 11] = [1, 7, 8, 9, 16, 24, 31, 32, 33, 64, 5_000];

/// Bytes that differ from their neighbours, zeros and line ends among them.
fn bytes(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 + seed * 13) as u8).collect()
}

#[test]
fn a_function_reads_keys_and_values_of_every_length() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "get", &[])?;
    for key_length in LENGTHS {
        let key = bytes(key_length, 1);
        for value_length in [&[0], &LENGTHS[..]].concat() {
            let value = bytes(value_length, key_length);
            assert_eq!(client.command(&[b"SET".as_slice(), &key, &value])?, b"+OK\r\n");
            let expected = [format!("${value_length}\r\n").as_bytes(), &value, b"\r\n"].concat();
            let reply = client.command(&[b"WASM.CALL".as_slice(), b"get", b"KEYS", &key])?;
            assert_eq!(reply, expected, "a key of {key_length} bytes, a value of {value_length}");
        }
        let absent = bytes(key_length, 2);
        let reply = client.command(&[b"WASM.CALL".as_slice(), b"get", b"KEYS", &absent])?;
        assert_eq!(reply, b"$-1\r\n", "a key of {key_length} bytes");
    }
    Ok(())
}

#[test]
fn a_short_key_of_another_type_is_an_error_and_one_that_was_not_granted_too() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load_as(&mut client, "get", "get", &["PERMISSIONS", "READ=user:*"])?;
    assert_eq!(ask(&mut client, "RPUSH user:list a")?, ":1\r\n");
    let reply = ask(&mut client, "WASM.CALL get KEYS user:list")?;
    assert!(reply.starts_with("-WRONGTYPE "), "{reply}");
    for key in ["user:1", "users", "user", "secret:1"] {
        assert_eq!(ask(&mut client, &format!("SET {key} v"))?, "+OK\r\n");
        let reply = ask(&mut client, &format!("WASM.CALL get KEYS {key}"))?;
        match key {
            "user:1" => assert_eq!(reply, "$1\r\nv\r\n"),
            _ => assert!(reply.starts_with("-NOPERM ") || reply.starts_with("-ERR "), "{key}: {reply}"),
        }
    }
    Ok(())
}
