//! Messages through the Rust `redis` crate: as a subscriber in RESP2, as pushes in RESP3; invalidations.

use std::sync::mpsc;
use std::time::Duration;

use anyhow::Result;
use ferrite_tests::subject::Subject;
use redis::{Client, Commands, PushInfo, PushKind, Value};

ferrite_tests::on_both!(a_subscriber_receives_messages, pushes_arrive_beside_replies, invalidations_arrive_as_pushes);

/// A guard against hanging.
const PATIENCE: Duration = Duration::from_secs(60);

fn bytes(text: &str) -> Value {
    Value::BulkString(text.as_bytes().to_vec())
}

fn a_subscriber_receives_messages(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    for query in ["", "?protocol=resp3"] {
        let client = Client::open(format!("redis://{}/{query}", server.address()))?;
        let mut publisher = client.get_connection()?;
        let mut connection = client.get_connection()?;
        {
            let mut subscriber = connection.as_pubsub();
            subscriber.set_read_timeout(Some(PATIENCE))?;
            subscriber.subscribe(&["news", "sport"])?;
            subscriber.psubscribe("user:*")?;
            assert_eq!(publisher.publish::<_, _, u32>("news", "a")?, 1);
            assert_eq!(publisher.publish::<_, _, u32>("user:7", "b")?, 1);
            assert_eq!(publisher.publish::<_, _, u32>("nobody", "c")?, 0);
            let message = subscriber.get_message()?;
            assert_eq!((message.get_channel_name(), message.get_payload_bytes()), ("news", &b"a"[..]));
            let message = subscriber.get_message()?;
            assert_eq!(message.get_pattern::<Option<String>>()?.as_deref(), Some("user:*"));
            assert_eq!((message.get_channel_name(), message.get_payload_bytes()), ("user:7", &b"b"[..]));
        }
        // What was a subscriber is a connection like others again.
        assert_eq!(connection.get::<_, Option<String>>("key")?, None);
        assert_eq!(publisher.publish::<_, _, u32>("news", "nobody")?, 0);
    }
    Ok(())
}

fn pushes_arrive_beside_replies(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let client = Client::open(format!("redis://{}/?protocol=resp3", server.address()))?;
    let (mut publisher, mut connection) = (client.get_connection()?, client.get_connection()?);
    let (sender, pushes) = mpsc::channel();
    connection.set_push_sender(sender);
    connection.subscribe_resp3("news")?;
    for i in 0..3 {
        assert_eq!(publisher.publish::<_, _, u32>("news", i)?, 1);
        assert_eq!(connection.incr::<_, _, u32>("n", 1)?, i + 1);
    }
    let of = |kind, data| PushInfo { kind, data };
    assert_eq!(pushes.recv_timeout(PATIENCE)?, of(PushKind::Subscribe, vec![bytes("news"), Value::Int(1)]));
    for i in 0..3 {
        // A push is seen when something is read.
        let () = redis::cmd("PING").query(&mut connection)?;
        assert_eq!(pushes.recv_timeout(PATIENCE)?, of(PushKind::Message, vec![bytes("news"), bytes(&i.to_string())]));
    }
    Ok(())
}

fn invalidations_arrive_as_pushes(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let client = Client::open(format!("redis://{}/?protocol=resp3", server.address()))?;
    let (mut writer, mut reader) = (client.get_connection()?, client.get_connection()?);
    let (sender, pushes) = mpsc::channel();
    reader.set_push_sender(sender);
    let () = writer.set("key", "old")?;
    let () = redis::cmd("CLIENT").arg("TRACKING").arg("ON").query(&mut reader)?;
    assert_eq!(reader.get::<_, String>("key")?, "old");
    let () = writer.set("key", "new")?;
    // What was invalidated comes before any later reply.
    assert_eq!(reader.get::<_, String>("key")?, "new");
    let data = vec![Value::Array(vec![bytes("key")])];
    assert_eq!(pushes.recv_timeout(PATIENCE)?, PushInfo { kind: PushKind::Invalidate, data });
    Ok(())
}
