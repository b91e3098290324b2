//! Vectors: random commands, good and bad ones, to the core natively and to the component in wasmtime, which must answer with
//! the same bytes: the same links, the same distances to the last bit, the same snapshots.
//!
//! - `words`: what commands are made of.
//!
//! `FERRITE_FUZZ_SEED` chooses other commands, `FERRITE_FUZZ_COMMANDS` how many there are: without it the test runs for
//! seconds.

mod words;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_tests::frame::frame_length;
use ferrite_tests::judge::{ComponentEngine, ComponentJudge, CoreEngine, CoreJudge, Judge};

use words::Words;

/// How long the run lasts when nothing says how many commands it has.
const DURATION: Duration = Duration::from_secs(8);

/// The seed when nothing says another.
const SEED: u64 = 20_261_122;

/// So many commands, then everything begins anew.
const BETWEEN_BEGINNINGS: u64 = 2000;

/// So many commands, then a value goes out and comes back.
const BETWEEN_DUMPS: u64 = 200;

fn number(variable: &str) -> Result<Option<u64>> {
    let Some(text) = env::var_os(variable) else { return Ok(None) };
    let text = text.to_string_lossy();
    Ok(Some(text.parse().with_context(|| format!("{variable}={text} is no number"))?))
}

/// Both engines, in one session each.
struct Duel {
    core: CoreJudge,
    component: ComponentJudge,
}

impl Duel {
    fn begin() -> Result<Duel> {
        let mut duel = Duel {
            core: CoreJudge::new("the core", CoreEngine::new())?,
            component: ComponentJudge::new("the component", ComponentEngine::new()?)?,
        };
        duel.core.begin_case()?;
        duel.component.begin_case()?;
        Ok(duel)
    }

    /// Both replies to a command.
    fn send(&mut self, argv: &[Vec<u8>]) -> Result<[Vec<u8>; 2]> {
        let bytes = encode(argv);
        let judges: [&mut dyn Judge; 2] = [&mut self.core, &mut self.component];
        let mut replies = [const { Vec::new() }; 2];
        for (judge, reply) in judges.into_iter().zip(&mut replies) {
            judge.send("", &bytes)?;
            *reply = judge.receive("", 1, false)?.frames.pop().context("every command is answered")?;
        }
        Ok(replies)
    }

    /// The reply, which must be the same, unless the command may answer what it likes.
    fn ask(&mut self, argv: &[Vec<u8>]) -> Result<Vec<u8>> {
        let [core, component] = self.send(argv)?;
        let name = argv.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
        // Numbers of sets in a process, members by chance, and memory, whose words are 32 or 64 bits wide.
        let is_free = ["VINFO", "VRANDMEMBER", "VECTOR.INFO"].iter().any(|free| name == free.as_bytes());
        if is_free {
            let are_whole = [&core, &component].map(|reply| frame_length(reply) == Some(reply.len()));
            ensure!(are_whole == [true; 2] && core.first() == component.first(), "another kind of reply");
        } else {
            ensure!(core == component, "{} natively, {} in wasm", core.escape_ascii(), component.escape_ascii());
        }
        Ok(core)
    }
}

fn encode(argv: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", argv.len()).into_bytes();
    for argument in argv {
        bytes.extend(format!("${}\r\n", argument.len()).into_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn shown(argv: &[Vec<u8>]) -> String {
    argv.iter().map(|argument| argument.escape_ascii().to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_component_answers_as_the_core_whatever_it_is_sent() -> Result<()> {
    let seed = number("FERRITE_FUZZ_SEED")?.unwrap_or(SEED);
    let wanted = number("FERRITE_FUZZ_COMMANDS")?;
    println!("FERRITE_FUZZ_SEED={seed}");
    let (mut duel, mut words, began) = (Duel::begin()?, Words::new(seed), Instant::now());
    let (mut done, mut failed) = (0_u64, 0_u64);
    while wanted.map_or(began.elapsed() < DURATION, |wanted| done < wanted) {
        if done.is_multiple_of(BETWEEN_BEGINNINGS) {
            for argv in words.beginning() {
                duel.ask(&argv)?;
            }
        }
        let argv = words.command();
        let at = done;
        let again = || format!("command {at} of FERRITE_FUZZ_SEED={seed}: {}", shown(&argv));
        let reply = duel.ask(&argv).with_context(again)?;
        failed += u64::from(reply.starts_with(b"-"));
        done += 1;
        if done.is_multiple_of(BETWEEN_DUMPS) {
            let key = words.key();
            goes_out_and_comes_back(&mut duel, &key).with_context(again)?;
        }
    }
    println!("{done} commands in {:.1?}, {failed} of them failed", began.elapsed());
    assert!(done > 100 && failed * 5 < done * 4, "{failed} of {done} commands failed: there is little to be seen");
    Ok(())
}

/// What DUMP gives is the same, and RESTORE makes of it what finds the same.
fn goes_out_and_comes_back(duel: &mut Duel, key: &[u8]) -> Result<()> {
    let ask = |duel: &mut Duel, words: &[&[u8]]| {
        let argv: Vec<Vec<u8>> = words.iter().map(|word| word.to_vec()).collect();
        duel.ask(&argv).with_context(|| shown(&argv))
    };
    let dumped = ask(duel, &[b"DUMP", key])?;
    let Some(start) = dumped.windows(2).position(|pair| pair == b"\r\n").filter(|_| !dumped.starts_with(b"$-1")) else {
        return Ok(());
    };
    let payload = dumped.get(start + 2..dumped.len() - 2).context("a bulk string")?.to_vec();
    let restored = ask(duel, &[b"RESTORE", b"copy", b"0", &payload, b"REPLACE"])?;
    ensure!(restored == b"+OK\r\n", "{}", restored.escape_ascii());
    for command in [&[&b"VCARD"[..]][..], &[b"VDIM"], &[b"VRANGE", b"-", b"+"]] {
        let (name, rest) = command.split_first().context("it has a name")?;
        let of = |key| [&[*name, key], rest].concat();
        let (one, other) = (ask(duel, &of(key))?, ask(duel, &of(b"copy"))?);
        ensure!(one == other, "{}: {} and {}", name.escape_ascii(), one.escape_ascii(), other.escape_ascii());
    }
    Ok(())
}
