//! Typed functions: words become values of WIT types, and results become replies.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::client::Client;
use ferrite_tests::functions::{ask, load, load_as};

fn call(client: &mut Client, function: &str, args: &[&str]) -> Result<String> {
    let name = format!("typed.{function}");
    let argv = [&["WASM.CALL", name.as_str(), "ARGS"], args].concat();
    Ok(String::from_utf8_lossy(&client.command(&argv)?).into_owned())
}

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

#[test]
fn words_become_values_and_results_become_replies() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "typed", &[])?;
    for (function, args, reply) in [
        ("reverse", &["abc"][..], bulk("cba")),
        ("reverse", &[""], bulk("")),
        ("greet", &["Ada", "\"Good day\""], bulk("Good day, Ada")),
        ("greet", &["Ada", "some(\"Hi\")"], bulk("Hi, Ada")),
        ("greet", &["Ada", "none"], bulk("Hello, Ada")),
        ("greet", &["Ada"], bulk("Hello, Ada")),
        (
            "all",
            &["255", "-128", "65535", "-32768", "4294967295", "-2147483648", "9", "-9223372036854775808"],
            bulk("[255, -128, 65535, -32768, 4294967295, -2147483648, 9, -9223372036854775808]"),
        ),
        ("most", &[], bulk("18446744073709551615")),
        ("negate", &["true"], ":0\r\n".to_owned()),
        ("negate", &["0"], ":1\r\n".to_owned()),
        ("half", &["0.5"], bulk("0.25")),
        ("area", &["1.5", "2"], bulk("3")),
        ("next", &["ä"], bulk("å")),
        ("find", &["[{x: 1, y: 2}, {x: 3, y: 4}]", "3"], bulk("{x: 3, y: 4}")),
        ("find", &["[]", "3"], "$-1\r\n".to_owned()),
        ("divide", &["7", "2"], ":3\r\n".to_owned()),
        ("divide", &["7", "0"], "-DIVISION by zero\r\n".to_owned()),
        ("check", &["3"], "+OK\r\n".to_owned()),
        ("check", &["13"], "-ERR {x: 10, y: 13}\r\n".to_owned()),
        ("refuse", &[], "-ERR the function returned an error without a reason\r\n".to_owned()),
        ("nothing", &[], "+OK\r\n".to_owned()),
        ("repeat", &["a\"b", "2"], bulk(r#"["a\"b", "a\"b"]"#)),
        ("mirror", &["line(({x: 1, y: 2}, {x: 3, y: 4}))"], bulk("line(({x: 3, y: 4}, {x: 1, y: 2}))")),
        ("mirror", &["dot"], bulk("dot")),
        ("paint", &["green", "{bold, dashed}"], bulk("({bold, dashed}, green)")),
        ("shapes/same", &[], bulk("shapes")),
        ("others/same", &[], bulk("others")),
    ] {
        assert_eq!(call(&mut client, function, args)?, reply, "{function} {args:?}");
    }
    Ok(())
}

#[test]
fn fcall_reaches_them_and_resp3_has_its_own_replies() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "typed", &[])?;
    assert_eq!(ask(&mut client, "FCALL typed.divide 0 9 3")?, ":3\r\n");
    assert_eq!(ask(&mut client, "FCALL_RO typed.divide 2 a b 9 3")?, ":3\r\n", "keys only declare");
    assert_eq!(ask(&mut client, "WASM.CALL typed.divide KEYS a ARGS 9 3")?, ":3\r\n");
    assert!(ask(&mut client, "HELLO 3")?.starts_with('%'));
    load(&mut client, "execute", &["ISOLATION", "FRESH"])?;
    for (line, reply) in [
        ("WASM.CALL execute ARGS FCALL typed.divide 0 9 3", ":3\r\n"),
        ("WASM.CALL execute ARGS WASM.CALL typed.divide ARGS 9 0", "-DIVISION by zero\r\n"),
        ("WASM.CALL typed.negate ARGS true", "#f\r\n"),
        ("WASM.CALL typed.half ARGS 5", ",2.5\r\n"),
        ("WASM.CALL typed.area ARGS inf 1", ",inf\r\n"),
        ("WASM.CALL typed.find ARGS [] 1", "_\r\n"),
        ("WASM.CALL_RO typed.reverse ARGS abc", "$3\r\ncba\r\n"),
    ] {
        assert_eq!(ask(&mut client, line)?, reply, "{line}");
    }
    assert_eq!(ask(&mut client, "MULTI")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL typed.divide ARGS 9 3")?, "+QUEUED\r\n");
    assert_eq!(ask(&mut client, "EXEC")?, "*1\r\n:3\r\n");
    Ok(())
}

#[test]
fn a_word_that_does_not_fit_is_named_with_its_type_and_what_came() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "typed", &[])?;
    for (function, args, error) in [
        (
            "divide",
            &["x", "2"][..],
            "argument 1 (`a: s32`): expected an integer from -2147483648 to 2147483647, got 'x'",
        ),
        (
            "divide",
            &["1", "2147483648"],
            "argument 2 (`b: s32`): expected an integer from -2147483648 to 2147483647, got '2147483648'",
        ),
        ("negate", &["perhaps"], "argument 1 (`truth: bool`): expected true or false, got 'perhaps'"),
        ("half", &["1,5"], "argument 1 (`number: f32`): expected a number, got '1,5'"),
        ("next", &["ab"], "argument 1 (`letter: char`): expected one character, got 'ab'"),
        (
            "divide",
            &["1"],
            "`divide` is `func(a: s32, b: s32) -> result<s32, string>`: it takes 2 arguments, and the caller passed 1",
        ),
        (
            "greet",
            &[],
            "`greet` is `func(name: string, greeting: option<string>) -> string`: it takes 1 to 2 arguments, and the caller passed 0",
        ),
    ] {
        assert_eq!(call(&mut client, function, args)?, format!("-ERR wasm: {error}\r\n"));
    }
    for (function, args, part) in [
        (
            "mirror",
            "cube(3)",
            "`shape: variant { dot, circle(u32), line(tuple<record { x: s32, y: s32 }, record { x: s32, y: s32 }>) }`",
        ),
        ("mirror", "circle(-1)", "no WAVE text of this type"),
        ("mirror", "line(({x: 1, y: 2}))", "no WAVE text of this type"),
        ("mirror", "dot dot", "no WAVE text of this type"),
        ("mirror", "", "no WAVE text of this type"),
    ] {
        let error = call(&mut client, function, &[args])?;
        assert!(error.starts_with("-ERR wasm: argument 1 (`") && error.contains(part), "{error}");
        assert!(error.contains(&format!("got '{args}'")), "{error}");
    }
    let reply = client.command(&[&b"WASM.CALL"[..], b"typed.greet", b"ARGS", b"\xff\r\n"])?;
    assert_eq!(
        String::from_utf8_lossy(&reply),
        "-ERR wasm: argument 1 (`name: string`): expected UTF-8 text, got '\\xff\\r\\n'\r\n"
    );
    let info = ask(&mut client, "WASM.INFO typed")?;
    assert!(info.contains("$8\r\nargument\r\n:13\r\n"), "{info}");
    Ok(())
}

#[test]
fn names_lead_to_functions_exactly_or_behind_the_last_dot() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load_as(&mut client, "a.b", "typed", &[])?;
    assert_eq!(ask(&mut client, "WASM.CALL a.b.divide ARGS 4 2")?, ":2\r\n");
    load_as(&mut client, "a.b.divide", "echo", &[])?;
    assert_eq!(
        ask(&mut client, "WASM.CALL a.b.divide ARGS 4")?,
        "*2\r\n*0\r\n*1\r\n$1\r\n4\r\n",
        "the exact name is first"
    );
    let error = ask(&mut client, "WASM.CALL a.b")?;
    assert!(
        error.starts_with("-ERR wasm: 'a.b' has no `call`; it is called by a.b.") && error.contains("a.b.greet"),
        "{error}"
    );
    let error = ask(&mut client, "WASM.CALL a.b.absent")?;
    assert!(error.starts_with("-ERR wasm: there is no function 'a.b.absent' ('a.b' has typed functions: "), "{error}");
    assert_eq!(ask(&mut client, "WASM.CALL a.c.divide")?, "-ERR wasm: there is no function 'a.c.divide'\r\n");
    assert_eq!(ask(&mut client, "FCALL a.c.divide 0")?, "-ERR Function not found\r\n");
    let error = ask(&mut client, "WASM.CALL a.b.divide.x")?;
    assert!(error.contains("has typed functions: none"), "{error}");
    Ok(())
}

#[test]
fn info_shows_signatures_and_why_some_functions_cannot_be_called() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "typed", &[])?;
    let info = ask(&mut client, "WASM.INFO typed")?;
    for line in [
        "divide: func(a: s32, b: s32) -> result<s32, string>",
        "nothing: func()",
        "paint: func(colour: enum { red, green, blue }, style: flags { bold, dashed }) -> tuple<flags { bold, dashed }, \
         enum { red, green, blue }>",
        "others/same: func() -> string",
        "open: cannot be called: its result has a resource, which ends with its instance",
        "[constructor]canvas: cannot be called: it belongs to a resource, which ends with its instance",
    ] {
        assert!(info.contains(&format!("\r\n{line}\r\n")), "{line}: {info}");
    }
    assert_eq!(
        ask(&mut client, "WASM.CALL typed.open")?,
        "-ERR wasm: 'typed.open' cannot be called: its result has a resource, which ends with its instance\r\n"
    );
    load(&mut client, "echo", &[])?;
    let info = ask(&mut client, "WASM.INFO echo")?;
    assert!(info.contains("call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<reply, string>"), "{info}");
    Ok(())
}

#[test]
fn limits_hold_for_what_they_are_given_and_what_they_give() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "typed", &["FUEL", "1000000000", "MEMORY", "200000000"])?;
    // Deep text: the parser stops, whatever the type.
    for deep in ["[".repeat(1_000_000), "some(".repeat(200_000), "{x: ".repeat(200_000)] {
        let error = call(&mut client, "find", &[&deep, "1"])?;
        assert!(error.starts_with("-ERR wasm: argument 1 (`places: list<"), "{}", error.get(..200).unwrap_or(&error));
    }
    let long = "1".repeat((1 << 20) + 1);
    let error = call(&mut client, "reverse", &[&long])?;
    assert!(error.contains("expected at most 1048576 bytes, not 1048577"), "{error}");
    let error = call(&mut client, "find", &[&long, "1"])?;
    assert!(error.contains("expected at most 1048576 bytes, not 1048577"), "{error}");
    // A name is looked for among all those of its type, so that a type of many parts has less text.
    let error = call(&mut client, "mirror", &[&"d".repeat(1_000_000)])?;
    assert!(error.contains("expected at most 838860 bytes, not 1000000"), "{error}");
    let whole = "1".repeat(1 << 20);
    assert_eq!(call(&mut client, "reverse", &[&whole])?.len(), whole.len() + "$1048576\r\n\r\n".len());
    // A string may be as large as an argument of any call.
    assert_eq!(call(&mut client, "greet", &[&long])?.len(), long.len() + "$1048584\r\nHello, \r\n".len());
    // A result of many values is stopped before the host holds them.
    let error = call(&mut client, "repeat", &["a", "3000000"])?;
    assert_eq!(error, "-ERR wasm: limit of 67108864 bytes in one reply or argument exceeded\r\n");
    let error = call(&mut client, "repeat", &[&"a".repeat(1000), "1000000"])?;
    assert!(error.starts_with("-ERR wasm: "), "{error}");
    assert_eq!(call(&mut client, "panics", &["x\r\n+OK"])?.matches("\r\n").count(), 1);
    assert_eq!(call(&mut client, "divide", &["8", "2"])?, ":4\r\n", "the next call is served");

    load_as(&mut client, "typed", "typed", &["REPLACE", "FUEL", "10000"])?;
    assert_eq!(call(&mut client, "spin", &[])?, "-ERR wasm: fuel exhausted after 10000\r\n");
    let text = format!("[{}{{x: 1, y: 2}}]", "{x: 1, y: 2}, ".repeat(200));
    assert_eq!(
        call(&mut client, "find", &[&text, "1"])?,
        "-ERR wasm: fuel exhausted after 10000\r\n",
        "text costs fuel"
    );
    Ok(())
}

#[test]
fn what_a_failing_typed_function_wrote_is_undone() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "pricing", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WASM.CALL pricing.set-price ARGS pears 120")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "GET price:pears")?, "$3\r\n120\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL pricing.price ARGS pears")?, ":120\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL pricing.price ARGS plums")?, "$-1\r\n");
    let argv = ["WASM.CALL", "pricing.quote-order", "ARGS", "[{article: \"pears\", count: 3}]", "percent(10)"];
    let quote = client.command(&argv)?;
    assert_eq!(String::from_utf8_lossy(&quote), bulk("{sum: 360, off: 36, due: 324}"));
    let argv = ["WASM.CALL", "pricing.quote-order", "ARGS", "[{article: \"plums\", count: 3}]"];
    assert_eq!(String::from_utf8_lossy(&client.command(&argv)?), "-NOPRICE `plums` has no price\r\n");
    let error = ask(&mut client, "WASM.CALL_RO pricing.set-price ARGS pears 1")?;
    assert!(error.starts_with('-') && error.contains("WRITE"), "{error}");
    assert_eq!(ask(&mut client, "GET price:pears")?, "$3\r\n120\r\n");
    Ok(())
}
