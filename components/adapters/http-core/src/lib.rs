//! A store over HTTP, without I/O: the REST calls that `@upstash/redis` sends become RESP commands, and replies become
//! JSON. The server's HTTP port and the components `components/adapters/http` and `http-calls` are three shells around it.
//!
//! ```
//! use ferrite_http::{Access, Call, Form, Head, Replies};
//!
//! let headers = [("host", &b"localhost:8080"[..]), ("authorization", b"Bearer secret")];
//! let head = Head::new("POST", "/", headers);
//! let access = Access::new("secret");
//! let origin = access.greet(&head).expect("it names this server");
//! access.authorize(&head).expect("it knows the token");
//!
//! let call = Call::read(&head, br#"["SET", "key", 1]"#).expect("it is a call");
//! assert_eq!(call.to_resp(), b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$1\r\n1\r\n");
//! let mut replies = Replies::new();
//! replies.feed(b"+OK\r\n").expect("it is a reply"); // what the store said
//! let mut answer = call.answer(replies, Form::of(&head));
//! origin.allow(&mut answer);
//! assert_eq!((answer.status, &answer.body[..]), (200, &br#"{"result":"OK"}"#[..]));
//! ```
//!
//! In reading order:
//! - [`head`]: a request without its body;
//! - [`access`] and [`origin`]: who may ask, from where;
//! - [`call`]: what is asked; [`words`]: commands as JSON; [`refused`]: commands that need a connection of their own;
//! - [`replies`]: where a reply ends; [`form`]: replies as JSON; [`answer`]: what is sent back; [`events`]: messages;
//! - [`limits`]: how much of everything.

pub mod access;
pub mod answer;
pub mod call;
pub mod events;
pub mod form;
pub mod head;
pub mod limits;
pub mod origin;
mod refused;
pub mod replies;
mod words;

pub use access::Access;
pub use answer::Answer;
pub use call::Call;
pub use form::Form;
pub use head::Head;
pub use origin::Origin;
pub use replies::Replies;
