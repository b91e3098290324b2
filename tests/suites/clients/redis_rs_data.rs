//! Every data type, streams and waiting through the Rust `redis` crate, in both protocols.

use std::collections::{BTreeMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use ferrite_tests::subject::Subject;
use redis::geo::{Coord, Unit};
use redis::streams::{
    StreamAutoClaimOptions, StreamAutoClaimReply, StreamInfoGroupsReply, StreamPendingReply, StreamRangeReply,
    StreamReadOptions, StreamReadReply,
};
use redis::{Client, Commands, Connection, Direction, InfoDict, RedisError, Value};

use crate::redis_rs::with_connections;

ferrite_tests::on_both!(
    hashes_and_lists_round_trip,
    sets_and_sorted_sets_round_trip,
    bits_counts_and_places_round_trip,
    a_group_hands_out_entries_and_gives_back_what_was_left,
    what_waits_is_woken_by_another_connection,
);

fn hashes_and_lists_round_trip(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        let fields: BTreeMap<String, u32> = (0..1500).map(|i| (format!("field:{i}"), i)).collect();
        let pairs: Vec<(&String, &u32)> = fields.iter().collect();
        let () = connection.hset_multiple("hash", &pairs)?;
        assert_eq!(connection.hgetall::<_, BTreeMap<String, u32>>("hash")?, fields);
        let scanned = connection.hscan::<_, (String, u32)>("hash")?.collect::<Result<BTreeMap<_, _>, RedisError>>()?;
        assert_eq!(scanned, fields);
        assert_eq!(connection.hincr::<_, _, _, i64>("hash", "field:7", 3)?, 10);
        assert_eq!(connection.hget::<_, _, Option<u32>>("hash", "absent")?, None);

        let items: Vec<String> = (0..2000).map(|i| format!("{i}:{}", "x".repeat(i % 90))).collect();
        assert_eq!(connection.rpush::<_, _, usize>("list", &items)?, 2000);
        assert_eq!(connection.lrange::<_, Vec<String>>("list", 0, -1)?, items);
        let moved: String = connection.lmove("list", "other", Direction::Right, Direction::Left)?;
        assert_eq!(Some(&moved), items.last());
        let popped: (String, Vec<String>) = connection.lmpop(2, &["none", "list"], Direction::Left, 2)?;
        assert_eq!(popped, ("list".to_owned(), items.iter().take(2).cloned().collect()));
        let wrong = connection.lpush::<_, _, u32>("hash", 1).expect_err("it is a hash");
        assert_eq!(wrong.code(), Some("WRONGTYPE"));
        Ok(())
    })
}

fn sets_and_sorted_sets_round_trip(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        assert_eq!(connection.sadd::<_, _, u32>("a", &[1, 2, 3])?, 3);
        assert_eq!(connection.sadd::<_, _, u32>("b", &[2, 3, 4])?, 3);
        assert_eq!(connection.sinter::<_, HashSet<u32>>(&["a", "b"])?, HashSet::from([2, 3]));
        assert_eq!(connection.sunionstore::<_, _, u32>("c", &["a", "b"])?, 4);
        assert_eq!(connection.smismember::<_, _, Vec<bool>>("c", &[4, 9])?, [true, false]);

        let members: Vec<(f64, String)> = (0..1500).map(|i| (f64::from(i) / 8.0, format!("member:{i:04}"))).collect();
        assert_eq!(connection.zadd_multiple::<_, _, _, u32>("z", &members)?, 1500);
        let all: Vec<(String, f64)> = connection.zrange_withscores("z", 0, -1)?;
        assert_eq!(all, members.iter().map(|(score, member)| (member.clone(), *score)).collect::<Vec<_>>());
        assert_eq!(connection.zrevrank::<_, _, Option<u32>>("z", "member:1499")?, Some(0));
        assert_eq!(connection.zscore::<_, _, Option<f64>>("z", "member:0010")?, Some(1.25));
        assert_eq!(connection.zcount::<_, _, _, u32>("z", "(1", 2)?, 8);
        assert_eq!(connection.zunionstore_weights::<_, _, _, u32>("u", &[("z", 2), ("a", 1)])?, 1503);
        // The crate's own `zpopmax` does not read what RESP3 has for it.
        let best: Vec<(String, f64)> = redis::cmd("ZPOPMAX").arg("u").arg(1).query(connection)?;
        assert_eq!(best, [("member:1499".to_owned(), 374.75)]);
        let scanned = connection.zscan::<_, (String, f64)>("z")?.collect::<Result<Vec<_>, RedisError>>()?;
        assert_eq!(scanned.into_iter().map(|(member, _)| member).collect::<HashSet<_>>().len(), 1500);
        Ok(())
    })
}

fn bits_counts_and_places_round_trip(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        assert!(!connection.setbit::<_, bool>("bits", 7, true)?);
        assert_eq!(connection.get::<_, Vec<u8>>("bits")?, [1]);
        assert_eq!(connection.bitcount::<_, u32>("bits")?, 1);
        assert!(connection.pfadd::<_, _, bool>("count", &["a", "b", "c"])?);
        assert_eq!(connection.pfcount::<_, u32>("count")?, 3);
        let places =
            [(Coord::lon_lat(13.361389, 38.115556), "Palermo"), (Coord::lon_lat(15.087269, 37.502669), "Catania")];
        assert_eq!(connection.geo_add::<_, _, u32>("places", &places)?, 2);
        let distance: Option<f64> = connection.geo_dist("places", "Palermo", "Catania", Unit::Kilometers)?;
        assert_eq!(distance, Some(166.2742));
        assert_eq!(connection.geo_hash::<_, _, Vec<String>>("places", "Palermo")?, ["sqc8b49rny0"]);
        Ok(())
    })
}

/// The ids in what XREADGROUP answered.
fn ids(reply: &StreamReadReply) -> Vec<&str> {
    reply.keys.iter().flat_map(|stream| &stream.ids).map(|entry| entry.id.as_str()).collect()
}

fn a_group_hands_out_entries_and_gives_back_what_was_left(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        for i in 1..=4 {
            let id: String = connection.xadd("stream", format!("{i}-0"), &[("number", i)])?;
            assert_eq!(id, format!("{i}-0"));
        }
        let () = connection.xgroup_create("stream", "group", "0")?;
        let of = |consumer: &str| StreamReadOptions::default().group("group", consumer).count(3);
        let first: StreamReadReply = connection.xread_options(&["stream"], &[">"], &of("ada"))?;
        let rest: StreamReadReply = connection.xread_options(&["stream"], &[">"], &of("bob"))?;
        assert_eq!((ids(&first), ids(&rest)), (vec!["1-0", "2-0", "3-0"], vec!["4-0"]));
        assert_eq!(connection.xack::<_, _, _, u32>("stream", "group", &["1-0"])?, 1);
        let StreamPendingReply::Data(pending) = connection.xpending("stream", "group")? else {
            anyhow::bail!("nothing is pending");
        };
        assert_eq!((pending.count, pending.start_id.as_str(), pending.end_id.as_str()), (3, "2-0", "4-0"));
        let options = StreamAutoClaimOptions::default().count(10);
        let claimed: StreamAutoClaimReply = connection.xautoclaim_options("stream", "group", "eve", 0, "0", options)?;
        assert_eq!(claimed.claimed.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["2-0", "3-0", "4-0"]);
        let groups: StreamInfoGroupsReply = connection.xinfo_groups("stream")?;
        assert_eq!(groups.groups.iter().map(|group| (group.consumers, group.pending)).collect::<Vec<_>>(), [(3, 3)]);
        let all: StreamRangeReply = connection.xrange_all("stream")?;
        assert_eq!(all.ids.iter().map(|entry| entry.get::<u32>("number")).collect::<Vec<_>>(), [1, 2, 3, 4].map(Some));
        Ok(())
    })
}

/// Runs `call` on a connection of its own, and `wake` as soon as the server says that somebody waits.
fn woken<T: Send>(
    client: &Client,
    connection: &mut Connection,
    call: impl FnOnce(&mut Connection) -> redis::RedisResult<T> + Send,
    wake: impl FnOnce(&mut Connection) -> redis::RedisResult<()>,
) -> Result<T> {
    let mut waiting = client.get_connection()?;
    thread::scope(|scope| {
        let waiter = scope.spawn(move || call(&mut waiting));
        let deadline = Instant::now() + Duration::from_secs(60);
        while redis::cmd("INFO").arg("clients").query::<InfoDict>(connection)?.get::<u32>("blocked_clients") != Some(1)
        {
            ensure!(Instant::now() < deadline && !waiter.is_finished(), "it does not wait");
            thread::sleep(Duration::from_millis(2));
        }
        wake(connection)?;
        Ok(waiter.join().expect("the waiting thread does not panic")?)
    })
}

fn what_waits_is_woken_by_another_connection(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, server| {
        let client = Client::open(format!("redis://{}/", server.address()))?;
        let popped: Option<(String, String)> =
            woken(&client, connection, |waiting| waiting.blpop(&["a", "b"], 30.0), |other| other.rpush("b", "x"))?;
        assert_eq!(popped, Some(("b".to_owned(), "x".to_owned())));

        let best: Option<(String, String, f64)> =
            woken(&client, connection, |waiting| waiting.bzpopmax("z", 30.0), |other| other.zadd("z", "a", 1.5))?;
        assert_eq!(best, Some(("z".to_owned(), "a".to_owned(), 1.5)));

        let options = StreamReadOptions::default().block(30_000);
        let entries: StreamReadReply = woken(
            &client,
            connection,
            move |waiting| waiting.xread_options(&["stream"], &["$"], &options),
            |other| other.xadd("stream", "1-0", &[("k", "v")]),
        )?;
        assert_eq!(ids(&entries), ["1-0"]);
        assert_eq!(redis::cmd("BLPOP").arg("nothing").arg(0.01).query::<Value>(connection)?, Value::Nil);
        Ok(())
    })
}
