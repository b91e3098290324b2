//! Components whose shape is the misdeed: too much of something, too deep, too long, or busy before anybody calls them.

use anyhow::{Context, Result};
use ferrite_tests::functions::{ask, load_bytes};
use ferrite_tests::{Client, FerriteServer};

use crate::{Isolation, in_both_isolations};

/// What becomes of a LOAD.
enum Fate {
    /// It is refused, and the error has these words in it.
    Refused(&'static str),
    /// It is loaded, and `f` answers so.
    Answers(&'static str),
}

use Fate::{Answers, Refused};

/// A component with one typed function, with these fields in its core module and behind it.
fn component(core: &str, behind: &str) -> String {
    format!(
        r#"(component
            (core module $m {core} (func (export "f") (result i32) (i32.const 7)))
            (core instance $i (instantiate $m))
            (func (export "f") (result u32) (canon lift (core func $i "f")))
            {behind})"#
    )
}

/// Something again and again.
fn times(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// Modules with a memory of so many pages each, and their instances.
fn memories(count: usize, pages: u32) -> String {
    times(count, |n| format!("(core module $n{n} (memory {pages})) (core instance (instantiate $n{n}))"))
}

/// A type `$t` that is nested in itself `depth` times, and a function with it.
fn nested(depth: usize, level: impl Fn(usize) -> String) -> String {
    let levels = times(depth, |n| format!("(type $t{} {})", n + 1, level(n)));
    format!(
        r#"(component
            (core module $m (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
                (func (export "f") (param i32 i32) (result i32) (i32.const 7)))
            (core instance $i (instantiate $m))
            (type $t0 (list u8))
            {levels}
            (type $list (list $t{depth}))
            (export $exported "t" (type $list))
            (func (export "f") (param "x" $exported) (result u32)
                (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#
    )
}

fn shapes() -> Vec<(&'static str, String, Fate)> {
    let starts = |body: &str| component(&format!("(memory 1) (func $s {body}) (start $s)"), "");
    let long = "x".repeat(90_000);
    vec![
        ("eight memories", component("", &memories(8, 1)), Answers(":7\r\n")),
        ("nine memories", component("", &memories(9, 1)), Refused("memor")),
        ("two memories of one module", component("(memory 1) (memory 1)", ""), Refused("memor")),
        ("a memory of 4 GiB", component("(memory 65536)", ""), Refused("byte size of 4294967296")),
        ("memories that are too much together", component("", &memories(8, 200)), Refused("memory")),
        ("a table that is too large", component("(table 100001 funcref)", ""), Refused("table")),
        ("a huge table", component("(table 4000000000 funcref)", ""), Refused("table")),
        ("too many tables", component(&times(33, |_| "(table 1 funcref)".to_owned()), ""), Refused("table")),
        (
            "too many instances",
            component("", &times(65, |_| "(core instance (instantiate $m))".to_owned())),
            Refused("instance"),
        ),
        ("a start that never ends", starts("(loop (br 0))"), Refused("fuel exhausted")),
        ("a start that traps", starts("(unreachable)"), Refused("unreachable")),
        ("a start that calls itself", starts("(call $s)"), Refused("call stack exhausted")),
        (
            "a start that takes all memory",
            starts("(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)"),
            Refused("memory limit"),
        ),
        (
            "a start that copies",
            starts("(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))"),
            Refused("fuel exhausted"),
        ),
        (
            "nine hundred imports",
            format!("(component {})", times(900, |n| format!(r#"(import "a:b/c{n}" (instance))"#))),
            Refused("a:b/c0"),
        ),
        (
            "five thousand imports",
            format!("(component {})", times(5000, |n| format!(r#"(import "a:b/c{n}" (instance))"#))),
            Refused("exceeds limit of 1000"),
        ),
        (
            "an import with a long name",
            format!(r#"(component (import "a:b/c{long}" (instance)))"#),
            Refused("cannot load"),
        ),
        (
            "an export with a long name",
            component("", &format!(r#"(func (export "g{long}") (result u32) (canon lift (core func $i "f")))"#)),
            Answers(":7\r\n"),
        ),
        (
            "ten thousand functions",
            component(
                "",
                &times(10_000, |n| format!(r#"(func (export "g{n}") (result u32) (canon lift (core func $i "f")))"#)),
            ),
            Refused("functions"),
        ),
        ("lists in lists, 4 deep", nested(4, |n| format!("(list $t{n})")), Answers("-ERR")),
        ("lists in lists, 30 deep", nested(30, |n| format!("(list $t{n})")), Refused("nested too deep")),
        ("lists in lists, 5000 deep", nested(5000, |n| format!("(list $t{n})")), Refused("cannot load")),
        ("pairs of pairs, 2^3", nested(3, |n| format!("(tuple $t{n} $t{n})")), Answers("-ERR")),
        ("pairs of pairs, 2^10", nested(10, |n| format!("(tuple $t{n} $t{n})")), Refused("too many parts")),
        ("pairs of pairs, 2^30", nested(30, |n| format!("(tuple $t{n} $t{n})")), Refused("cannot load")),
        ("options in options, 5000 deep", nested(5000, |n| format!("(option $t{n})")), Refused("cannot load")),
        (
            "blocks in blocks",
            component(&format!("(func {}{})", "(block ".repeat(20_000), ")".repeat(20_000)), ""),
            Answers(":7\r\n"),
        ),
        (
            "fifty thousand locals",
            component(&format!("(func (local {}))", "i64 ".repeat(50_000)), ""),
            Answers(":7\r\n"),
        ),
        (
            "too many locals",
            component(&format!("(func (local {}))", "i64 ".repeat(50_001)), ""),
            Refused("cannot load"),
        ),
    ]
}

/// Components within components. No text can be nested as deep.
fn matryoshka(depth: usize) -> Vec<u8> {
    const COMPONENT: u8 = 4;
    let header = b"\0asm\x0d\0\x01\0";
    (0..depth).fold(header.to_vec(), |inner, _| {
        let mut outer = [&header[..], &[COMPONENT]].concat();
        let mut length = inner.len();
        while length > 0x7f {
            outer.push(0x80 | (length & 0x7f) as u8);
            length >>= 7;
        }
        outer.push(length as u8);
        outer.extend(inner);
        outer
    })
}

fn assert_served(server: &FerriteServer, after: &str) -> Result<()> {
    assert_eq!(ask(&mut server.connect()?, "PING")?, "+PONG\r\n", "after {after}");
    Ok(())
}

/// What is wrong with what became of a component, if anything is.
fn meets_its_fate(client: &mut Client, isolation: Isolation, bytes: &[u8], fate: &Fate) -> Result<Option<String>> {
    let reply = load_bytes(client, "shape", bytes, &["REPLACE", "ISOLATION", isolation])?;
    if reply.len() > 10_000 {
        return Ok(Some(format!("the answer has {} bytes", reply.len())));
    }
    match fate {
        Refused(part) => {
            let is_right = reply.starts_with("-ERR wasm: cannot load 'shape': ") && reply.contains(part);
            return Ok((!is_right).then(|| format!("not refused because of `{part}`: {reply}")));
        }
        Answers(_) if reply != "+OK\r\n" => return Ok(Some(reply)),
        Answers(expected) => {
            for _ in 0..3 {
                let reply = ask(client, "WASM.CALL shape.f")?;
                if !reply.starts_with(expected) {
                    return Ok(Some(format!("not {expected:?}: {reply}")));
                }
            }
        }
    }
    let info = ask(client, "WASM.INFO shape")?;
    Ok((!info.starts_with('*') || info.len() > 1 << 20).then(|| format!("it is described in {} bytes", info.len())))
}

in_both_isolations![too_much_of_anything_is_refused_and_harms_nobody];

fn too_much_of_anything_is_refused_and_harms_nobody(isolation: Isolation) -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut wrong = Vec::new();
    let texts = shapes().into_iter().map(|(what, text, fate)| Ok((what, wat::parse_str(text)?, fate)));
    let deep = ("components in components", matryoshka(5000), Refused("cannot load"));
    for shape in texts.chain([anyhow::Ok(deep)]) {
        let (what, bytes, fate) = shape?;
        let found = meets_its_fate(&mut client, isolation, &bytes, &fate).with_context(|| what.to_owned())?;
        wrong.extend(found.map(|found| format!("{what}: {found}")));
        assert_served(&server, what)?;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn a_module_that_is_too_big_is_refused_unread() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let reply = load_bytes(&mut client, "big", &[&b"\0asm"[..], &vec![0; 64 << 20]].concat(), &[])?;
    assert!(reply.starts_with("-ERR wasm: ") && reply.contains("67108864"), "{reply}");
    assert_served(&server, "64 MiB and a byte")
}
