//! What a request asks for, and the answer that its replies make.

use ferrite_resp::{Protocol, Value, Writer};

use crate::answer::Answer;
use crate::form::Form;
use crate::head::Head;
use crate::limits::{BODY_BYTES, CHANNELS};
use crate::refused;
use crate::replies::Replies;
use crate::words::{Lines, Words};

/// The name and the arguments of a command.
pub type Command = Vec<Vec<u8>>;

/// A request that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `POST /` with an array, or a command as a path.
    Single(Command),
    /// `POST /pipeline`: one behind the other, others may come between.
    Pipeline(Vec<Command>),
    /// `POST /multi-exec`: all or none, at once.
    Transaction(Vec<Command>),
    /// `/subscribe/…` and `/psubscribe/…`: messages until the client leaves.
    Subscription {
        /// Whether the channels are patterns.
        patterns: bool,
        /// Their names.
        channels: Vec<Vec<u8>>,
    },
}

impl Call {
    /// Reads a request. `body` has at most [`BODY_BYTES`].
    ///
    /// # Errors
    /// With the answer to a request that cannot be understood or is not for HTTP.
    pub fn read(head: &Head<'_>, body: &[u8]) -> Result<Call, Answer> {
        let mut segments = head.segments();
        let first = segments.next();
        let posts = matches!(head.method, "POST" | "PUT");
        if !posts && head.method != "GET" {
            return Err(Answer::not_allowed("GET, POST"));
        }
        let call = match first.as_deref() {
            None if posts => Call::Single(read::<Words>(body)?.0),
            Some(b"pipeline") if posts => Call::Pipeline(read::<Lines>(body)?.commands()),
            Some(b"multi-exec") if posts => Call::Transaction(read::<Lines>(body)?.commands()),
            None | Some(b"pipeline" | b"multi-exec") => return Err(Answer::not_allowed("POST")),
            Some(name @ (b"subscribe" | b"psubscribe")) => {
                let channels: Vec<_> = segments.map(Into::into).filter(|name: &Vec<u8>| !name.is_empty()).collect();
                if channels.is_empty() || channels.len() > CHANNELS {
                    let reason = format!("name 1 to {CHANNELS} channels behind /subscribe/, separated by /");
                    return Err(Answer::error(400, &reason));
                }
                Call::Subscription { patterns: name == b"psubscribe", channels }
            }
            Some(name) => {
                let mut command = vec![name.to_vec()];
                command.extend(segments.map(Into::into));
                if posts && !body.is_empty() {
                    command.push(body.to_vec());
                }
                for (name, value) in head.parameters() {
                    command.push(name);
                    if !value.is_empty() {
                        command.push(value);
                    }
                }
                Call::Single(command)
            }
        };
        match call.commands().iter().find_map(|words| refused::reason(words, call.is_transaction())) {
            Some(reason) => Err(Answer::error(400, &reason)),
            None => Ok(call),
        }
    }

    /// What a body that is too long is answered with.
    #[must_use]
    pub fn too_long() -> Answer {
        Answer::error(413, &format!("the body of a request has at most {BODY_BYTES} bytes"))
    }

    /// The bytes for the store.
    #[must_use]
    pub fn to_resp(&self) -> Vec<u8> {
        let mut out = Writer::new(Protocol::Resp2);
        let mut line = |words: &[&[u8]]| {
            out.array(words.len());
            words.iter().for_each(|word| out.bulk(word));
        };
        if self.is_transaction() {
            line(&[b"MULTI"]);
        }
        for command in self.commands() {
            line(&command.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        if self.is_transaction() {
            line(&[b"EXEC"]);
        }
        if let Call::Subscription { patterns, channels } = self {
            let name: &[u8] = if *patterns { b"PSUBSCRIBE" } else { b"SUBSCRIBE" };
            line(&std::iter::once(name).chain(channels.iter().map(Vec::as_slice)).collect::<Vec<_>>());
        }
        out.into_vec()
    }

    /// How many replies the store gives. A subscription has no end.
    #[must_use]
    pub fn replies(&self) -> usize {
        self.commands().len() + if self.is_transaction() { 2 } else { 0 }
    }

    /// The answer. Replies are missing when the connection to the store was closed early.
    #[must_use]
    pub fn answer(&self, replies: Replies, form: Form) -> Answer {
        let mut values = replies.into_values();
        match self {
            Call::Single(_) => form.single(values.pop().unwrap_or_else(lost)),
            Call::Pipeline(commands) => {
                values.resize_with(commands.len(), lost);
                form.many(values)
            }
            Call::Transaction(commands) => match (values.len() == self.replies()).then(|| values.pop()).flatten() {
                Some(Value::Array(results)) if results.len() == commands.len() => form.many(results),
                Some(Value::Error(error)) => form.single(Value::Error(explained(error, &values))),
                _ => form.single(lost()),
            },
            Call::Subscription { .. } => Answer::error(501, "messages cannot be sent from here"),
        }
    }

    fn commands(&self) -> &[Command] {
        match self {
            Call::Single(command) => std::slice::from_ref(command),
            Call::Pipeline(commands) | Call::Transaction(commands) => commands,
            Call::Subscription { .. } => &[],
        }
    }

    fn is_transaction(&self) -> bool {
        matches!(self, Call::Transaction(_))
    }
}

impl Lines {
    fn commands(self) -> Vec<Command> {
        self.0.into_iter().map(|Words(words)| words).collect()
    }
}

fn read<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, Answer> {
    serde_json::from_slice(body).map_err(|error| Answer::error(400, &format!("ERR the body cannot be read: {error}")))
}

fn lost() -> Value {
    Value::Error(b"ERR the server closed the connection before it replied".to_vec())
}

/// EXECABORT, with what was wrong: it was said when the command was queued.
fn explained(error: Vec<u8>, queued: &[Value]) -> Vec<u8> {
    let first = queued.iter().skip(1).enumerate().find_map(|(index, reply)| match reply {
        Value::Error(reason) => Some((index + 1, reason)),
        _ => None,
    });
    match first {
        Some((number, reason)) => [&error, format!(" Command {number}: ").as_bytes(), reason].concat(),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, target: &str, body: &str) -> Result<Call, Answer> {
        Call::read(&Head::new(method, target, []), body.as_bytes())
    }

    fn command(words: &[&str]) -> Command {
        words.iter().map(|word| word.as_bytes().to_vec()).collect()
    }

    fn answer(call: &Call, bytes: &[u8]) -> (u16, String) {
        let mut replies = Replies::new();
        replies.feed(bytes).expect("replies");
        let answer = call.answer(replies, Form::default());
        (answer.status, String::from_utf8(answer.body).expect("JSON"))
    }

    #[test]
    fn a_command_is_a_body_or_a_path() {
        let single = |words: &[&str]| Ok(Call::Single(command(words)));
        assert_eq!(call("POST", "/", r#"["get", "k"]"#), single(&["get", "k"]));
        assert_eq!(call("GET", "/get/k?_token=t", ""), single(&["get", "k"]));
        assert_eq!(call("GET", "/set/k/v?EX=10&NX", ""), single(&["set", "k", "v", "EX", "10", "NX"]));
        assert_eq!(call("POST", "/set/k?EX=10", "any bytes"), single(&["set", "k", "any bytes", "EX", "10"]));
        assert_eq!(call("GET", "/get/k", "ignored"), single(&["get", "k"]));
    }

    #[test]
    fn a_transaction_is_wrapped_and_its_result_unwrapped() {
        let transaction = call("POST", "/multi-exec", r#"[["INCR", "k"], ["LPUSH", "k", 1]]"#).expect("it is one");
        assert!(transaction.to_resp().starts_with(b"*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR"));
        assert!(transaction.to_resp().ends_with(b"*1\r\n$4\r\nEXEC\r\n"));
        let replies = b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n-WRONGTYPE no\r\n";
        let expected = (200, r#"[{"result":1},{"error":"WRONGTYPE no"}]"#.to_owned());
        assert_eq!(answer(&transaction, replies), expected);
        let (status, body) = answer(&transaction, b"+OK\r\n+QUEUED\r\n-ERR unknown\r\n-EXECABORT Discarded.\r\n");
        assert_eq!((status, body.as_str()), (400, r#"{"error":"EXECABORT Discarded. Command 2: ERR unknown"}"#));
        assert_eq!(answer(&transaction, b"+OK\r\n+QUEUED\r\n").0, 400, "the connection was closed");
    }

    #[test]
    fn a_pipeline_has_a_reply_for_each_command_even_when_some_never_came() {
        let pipeline = call("POST", "/pipeline", r#"[["GET", "a"], ["FOO"], ["GET", "b"]]"#).expect("it is one");
        let (status, body) = answer(&pipeline, b"$-1\r\n-ERR no\r\n");
        assert!(body.starts_with(r#"[{"result":null},{"error":"ERR no"},{"error":"ERR the server closed"#), "{body}");
        assert_eq!(status, 200);
    }

    #[test]
    fn channels_are_segments() {
        let channels = vec![b"a".to_vec(), b"b c".to_vec()];
        let expected = Call::Subscription { patterns: true, channels };
        assert_eq!(call("POST", "/psubscribe/a/b%20c", "[]"), Ok(expected.clone()));
        assert_eq!(expected.to_resp(), b"*3\r\n$10\r\nPSUBSCRIBE\r\n$1\r\na\r\n$3\r\nb c\r\n");
        assert_eq!(call("GET", "/subscribe/", "").expect_err("none").status, 400);
    }

    #[test]
    fn what_needs_a_connection_is_refused_everywhere() {
        for (target, body) in [
            ("/", r#"["Subscribe", "a"]"#),
            ("/monitor", ""),
            ("/client/reply/off", ""),
            ("/pipeline", r#"[["PING"], ["hello", 3]]"#),
            ("/multi-exec", r#"[["exec"]]"#),
        ] {
            assert_eq!(call("POST", target, body).expect_err(target).status, 400, "{target}");
        }
        assert!(call("POST", "/pipeline", r#"[["MULTI"], ["PING"], ["EXEC"]]"#).is_ok());
    }

    #[test]
    fn other_methods_are_told_which_to_use() {
        for (method, target) in [("DELETE", "/"), ("GET", "/"), ("GET", "/pipeline"), ("HEAD", "/get/k")] {
            assert_eq!(call(method, target, "").expect_err(target).status, 405, "{method} {target}");
        }
    }
}
