//! What comes back.

use ferrite_resp::Value;
use ferrite_resp::reply::{ReplyLimits, parse_within};
use serde::Deserialize;

use crate::failure::Failure;
use crate::limits::{QUOTED_BYTES, REPLY_BYTES, REPLY_LEVELS, REPLY_VALUES};
use crate::store::Store;

/// An answer of which the body comes in pieces.
pub struct Receiving<'a> {
    store: &'a Store,
    status: u16,
    body: Vec<u8>,
}

impl<'a> Receiving<'a> {
    /// The head is there.
    #[must_use]
    pub fn new(store: &'a Store, status: u16) -> Self {
        Self { store, status, body: Vec::new() }
    }

    /// A piece of the body.
    ///
    /// # Errors
    /// When there are more than [`REPLY_BYTES`]: read no more of it.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), Failure> {
        if self.body.len().saturating_add(piece.len()) > REPLY_BYTES {
            // The store is there; nothing is wrong with the next command.
            return Err(Failure::Command(format!("ERR the store's reply has more than {REPLY_BYTES} bytes")));
        }
        self.body.extend_from_slice(piece);
        Ok(())
    }

    /// The body is whole: the reply.
    ///
    /// # Errors
    /// With the error of the command, or with what the server said in the place of a reply.
    pub fn finish(self) -> Result<Value, Failure> {
        let limits = ReplyLimits { max_depth: REPLY_LEVELS, max_bulk_bytes: REPLY_BYTES, max_values: REPLY_VALUES };
        match (self.status, parse_within(&self.body, &limits)) {
            (200 | 400, Ok(Some((Value::Error(line), length)))) if length == self.body.len() => {
                Err(Failure::Command(String::from_utf8_lossy(&line).into_owned()))
            }
            (200, Ok(Some((value, length)))) if length == self.body.len() => Ok(value),
            (200, Ok(Some(_))) => Err(self.store.unavailable("its answer goes on behind the reply")),
            (200, Ok(None)) => {
                Err(self.store.unavailable(&format!("its answer is not a whole reply of a store: {}", self.quoted())))
            }
            (200, Err(error)) => {
                Err(self.store.unavailable(&format!("its answer is no reply of a store ({error}): {}", self.quoted())))
            }
            (400, _) if self.said().is_some() => Err(Failure::Command(self.quoted())),
            (413, _) => Err(Failure::Command(format!("ERR the command is too long for the store: {}", self.quoted()))),
            (401 | 403, _) => Err(self.store.unavailable(&format!(
                "it refuses the token (status {}): {}",
                self.status,
                self.quoted()
            ))),
            (status, _) => Err(self.store.unavailable(&format!("it answers with status {status}: {}", self.quoted()))),
        }
    }

    /// The reason that the server gives, in the form of its errors.
    fn said(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Refusal {
            error: String,
        }
        serde_json::from_slice::<Refusal>(&self.body).ok().map(|refusal| refusal.error)
    }

    /// The same, or the beginning of whatever it says, as one line.
    fn quoted(&self) -> String {
        let text = self.said().unwrap_or_else(|| {
            String::from_utf8_lossy(self.body.get(..QUOTED_BYTES).unwrap_or(&self.body)).into_owned()
        });
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let end = line.floor_char_boundary(QUOTED_BYTES);
        match line.get(..end).unwrap_or_default().trim() {
            "" => "(nothing)".to_owned(),
            line => line.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        Store::new("http://127.0.0.1:8079", "s3cret").expect("a store")
    }

    fn answer(status: u16, body: &[u8]) -> Result<Value, Failure> {
        let store = store();
        let mut receiving = Receiving::new(&store, status);
        body.chunks(3).try_for_each(|piece| receiving.take(piece))?;
        receiving.finish()
    }

    fn unavailable(status: u16, body: &[u8]) -> String {
        match answer(status, body) {
            Err(Failure::Unavailable(reason)) => reason,
            other => panic!("{status} {}: {other:?}", body.escape_ascii()),
        }
    }

    #[test]
    fn replies_keep_their_types_and_their_bytes() {
        let items = vec![Value::Integer(-1), Value::Null, Value::bulk("a\r\n\0\u{e4}"), Value::bulk("1")];
        for (body, expected) in [
            (&b"+OK\r\n"[..], Value::Simple(b"OK".to_vec())),
            (b"$2\r\nOK\r\n", Value::bulk("OK")),
            (b":9223372036854775807\r\n", Value::Integer(i64::MAX)),
            (b"$-1\r\n", Value::Null),
            (b"*-1\r\n", Value::NullArray),
            (b"*0\r\n", Value::Array(Vec::new())),
            (b"$2\r\n\xff\xfe\r\n", Value::bulk([255, 254])),
            (b"*4\r\n:-1\r\n$-1\r\n$6\r\na\r\n\0\xc3\xa4\r\n$1\r\n1\r\n", Value::Array(items)),
        ] {
            assert_eq!(answer(200, body), Ok(expected));
        }
    }

    #[test]
    fn errors_of_commands_are_theirs_whatever_the_status() {
        let expected = Err(Failure::Command("WRONGTYPE no".to_owned()));
        assert_eq!(answer(400, b"-WRONGTYPE no\r\n"), expected);
        assert_eq!(answer(200, b"-WRONGTYPE no\r\n"), expected);
        assert_eq!(answer(400, br#"{"error": "WRONGTYPE no"}"#), expected);
        let Err(Failure::Command(line)) = answer(413, br#"{"error": "1048576 bytes"}"#) else { panic!("it fits") };
        assert_eq!(line, "ERR the command is too long for the store: 1048576 bytes");
    }

    #[test]
    fn what_is_no_reply_names_the_store_and_what_it_said() {
        for (status, body, reason) in [
            (401, &br#"{"error": "wrong token"}"#[..], "refuses the token (status 401): wrong token"),
            (421, br#"{"error": "not this host"}"#, "with status 421: not this host"),
            (503, b"<h1>busy\r\n</h1>", "with status 503: <h1>busy  </h1>"),
            (500, b"", "with status 500: (nothing)"),
            (400, b"Bad Request", "with status 400: Bad Request"),
            (302, b"+OK\r\n", "with status 302: +OK"),
            (200, br#"{"result": "OK"}"#, "not a whole reply of a store: {\"result\": \"OK\"}"),
            (200, b"<html>\r\n", "no reply of a store (no reply begins with '<'): <html>"),
            (200, b"", "not a whole reply of a store: (nothing)"),
        ] {
            let said = unavailable(status, body);
            assert!(said.starts_with("http://127.0.0.1:8079: ") && said.contains(reason), "{said}");
            assert!(!said.contains("s3cret"));
        }
    }

    #[test]
    fn hostile_replies_are_refused() {
        let deep = b"*1\r\n".repeat(100_000);
        let deep_json = b"[".repeat(100_000);
        let many = [b"*1048577\r\n".to_vec(), b":1\r\n".repeat(1_048_577)].concat();
        for body in [
            &b"$5\r\nabc\r\n"[..],
            b"$2\r\nabc\r\n",
            b"$-2\r\n",
            b"$99999999999999999999\r\n",
            b"$33554433\r\n",
            b"*4294967295\r\n",
            b"*1048577\r\n:1\r\n",
            b":12a\r\n",
            b":9223372036854775808\r\n",
            b"+OK\r\n+OK\r\n",
            b"+OK",
            b"*2\r\n:1\r\n",
            b"\r\n",
            b"\xff\xff",
            &deep,
            &deep_json,
            &many,
        ] {
            assert!(unavailable(200, body).len() < 400);
        }
        assert!(unavailable(400, &deep_json).len() < 400);
        assert!(unavailable(500, &"ä\u{7}".repeat(1000).into_bytes()).len() < 400);
    }

    #[test]
    fn an_answer_has_an_end() {
        let store = store();
        let mut receiving = Receiving::new(&store, 200);
        let piece = vec![b'a'; REPLY_BYTES / 2];
        assert_eq!((receiving.take(&piece), receiving.take(&piece)), (Ok(()), Ok(())));
        let Err(Failure::Command(line)) = receiving.take(b"a") else { panic!("it took more") };
        assert!(line.contains("33554432"), "{line}");
    }
}
