//! Hostile functions (`tests/guests/evil`): each misdeed is contained, the client reads why, the data is as before, and
//! the server serves others.

mod floods;
mod forbidden;
mod greedy;
mod noisy;
mod shapes;
mod sneaky;
mod treacherous;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use ferrite_tests::functions::{ask, load, snapshot};
use ferrite_tests::{Client, FerriteServer};

/// How long something may take that takes seconds at most on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Makes of each check, a `fn(Isolation) -> anyhow::Result<()>`, two tests: `pooled::…` and `fresh::…`.
macro_rules! in_both_isolations {
    ($($check:ident),* $(,)?) => {
        mod pooled {
            $(
                #[test]
                fn $check() -> anyhow::Result<()> {
                    super::$check("POOLED")
                }
            )*
        }
        mod fresh {
            $(
                #[test]
                fn $check() -> anyhow::Result<()> {
                    super::$check("FRESH")
                }
            )*
        }
    };
}
use in_both_isolations;

/// The word of WASM.LOAD.
type Isolation = &'static str;

/// A server with data and the evil function, loaded with these options.
struct Scene {
    server: FerriteServer,
    client: Client,
    before: BTreeMap<String, (String, String)>,
}

impl Scene {
    fn new(isolation: Isolation, options: &[&str]) -> Result<Scene> {
        let server = FerriteServer::start(&[])?;
        let mut client = server.connect()?;
        load(&mut client, "evil", &[&["ISOLATION", isolation], options].concat())?;
        for line in ["SET k one", "SET l two PX 100000000", "SET m 3", "SET n four", "SET other five"] {
            assert_eq!(ask(&mut client, line)?, "+OK\r\n");
        }
        let before = snapshot(&mut client)?;
        Ok(Scene { server, client, before })
    }

    /// Calls the misdeed with four keys, and returns the reply.
    fn commit(&mut self, misdeed: &str) -> Result<String> {
        self.call(&format!("WASM.CALL evil KEYS k l m n ARGS {misdeed}"))
    }

    fn call(&mut self, line: &str) -> Result<String> {
        self.client.send(&ferrite_tests::client::encode(&line.split(' ').collect::<Vec<_>>()))?;
        let reply = String::from_utf8_lossy(&self.client.reply_within(PATIENCE)?).into_owned();
        self.assert_unharmed(line)?;
        Ok(reply)
    }

    /// The same data as before, another client is served, and the function can be called again.
    fn assert_unharmed(&mut self, after: &str) -> Result<()> {
        let mut other = self.server.connect()?;
        assert_eq!(ask(&mut other, "PING")?, "+PONG\r\n", "after {after}");
        assert_eq!(snapshot(&mut other)?, self.before, "after {after}");
        let again = ask(&mut other, "WASM.CALL evil KEYS k ARGS calls 1")?;
        assert!(!again.starts_with('-'), "after {after}: {again}");
        Ok(())
    }

    /// The misdeed fails with an error line that begins so.
    fn assert_fails(&mut self, misdeed: &str, error: &str) -> Result<()> {
        let reply = self.commit(misdeed)?;
        assert!(reply.starts_with(&format!("-{error}")), "{misdeed}: {reply}");
        assert_eq!(reply.matches("\r\n").count(), 1, "one line only: {reply}");
        Ok(())
    }
}

const WRITER: &[&str] = &["PERMISSIONS", "WRITE"];
const OUT_OF_FUEL: &str = "ERR wasm: fuel exhausted after 1000000";

in_both_isolations![
    what_does_not_end_by_itself_is_ended,
    fuel_without_end_ends_with_the_time,
    endless_recursion_ends_with_a_stack,
    keys_star_costs_what_it_looks_at,
];

fn what_does_not_end_by_itself_is_ended(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, WRITER)?;
    for misdeed in ["loop", "keys-star", "calls"] {
        scene.assert_fails(misdeed, OUT_OF_FUEL)?;
    }
    Ok(())
}

fn fuel_without_end_ends_with_the_time(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["FUEL", "1000000000", "TIMEOUT", "100"])?;
    for misdeed in ["copy-loop 4", "keys-star"] {
        let reply = scene.commit(misdeed)?;
        assert!(
            reply == "-ERR wasm: deadline of 100 ms exceeded\r\n"
                || reply == "-ERR wasm: fuel exhausted after 1000000000\r\n",
            "{misdeed}: {reply}"
        );
    }
    Ok(())
}

fn endless_recursion_ends_with_a_stack(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["FUEL", "1000000000"])?;
    scene.assert_fails("recurse", "ERR wasm: trap: ")?;
    scene.assert_fails("recurse-wide", "ERR wasm: trap: ")?;
    Ok(())
}

fn keys_star_costs_what_it_looks_at(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["FUEL", "1000000"])?;
    assert!(scene.commit("keys-star 20")?.starts_with(':'), "few keys are cheap");
    let mut filler = scene.server.connect()?;
    let mut pipeline = Vec::new();
    for number in 0..20_000 {
        pipeline.extend(ferrite_tests::client::encode(&["SET", &format!("filler:{number}"), "x"]));
    }
    filler.send(&pipeline)?;
    for _ in 0..20_000 {
        assert_eq!(filler.reply_within(PATIENCE)?, b"+OK\r\n");
    }
    let reply = ask(&mut filler, "WASM.CALL evil ARGS keys-star 20")?;
    assert_eq!(reply, format!("-{OUT_OF_FUEL}\r\n"), "many are not");
    Ok(())
}
