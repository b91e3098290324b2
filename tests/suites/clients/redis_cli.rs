//! Debian's `redis-cli`: single commands, scripts, `--pipe`, RESP3, passwords, and a terminal.

use std::process::Command;

use anyhow::{Result, bail, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::program::run;
use ferrite_tests::require;
use ferrite_tests::subject::{Server, Subject};

ferrite_tests::on_both!(
    a_command_per_call_prints_its_reply,
    a_script_on_standard_input_runs_line_by_line,
    pipe_loads_a_hundred_thousand_commands,
    the_last_argument_may_come_from_standard_input,
    resp3_is_spoken_when_asked_for,
    other_output_formats_are_filled,
    a_password_is_given_in_every_way,
    an_unknown_command_gets_the_error_text_of_redis,
    a_terminal_session_has_help_from_the_server,
);

/// Runs `redis-cli` with these arguments and returns what it printed; it must succeed.
pub(crate) fn cli(server: &Server, arguments: &[&str], input: &[u8]) -> Result<String> {
    let mut command = Command::new("redis-cli");
    command.args(["-p", &server.port()]).args(arguments);
    Ok(run(&mut command, input)?.succeeded()?.text())
}

/// The server, or `None` after a printed skip.
pub(crate) fn start(subject: Subject, arguments: &[&str]) -> Result<Option<Server>> {
    if require("redis-cli").is_none() {
        return Ok(None);
    }
    subject.start(arguments)
}

fn a_command_per_call_prints_its_reply(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    assert_eq!(cli(&server, &["SET", "key", "value"], b"")?, "OK\n");
    assert_eq!(cli(&server, &["--no-raw", "GET", "key"], b"")?, "\"value\"\n");
    assert_eq!(cli(&server, &["--no-raw", "GET", "absent"], b"")?, "(nil)\n");
    assert_eq!(cli(&server, &["--no-raw", "TTL", "key"], b"")?, "(integer) -1\n");
    assert_eq!(cli(&server, &["--no-raw", "MGET", "key", "absent"], b"")?, "1) \"value\"\n2) (nil)\n");
    assert_eq!(cli(&server, &["-r", "3", "INCR", "n"], b"")?, "1\n2\n3\n");
    assert_eq!(cli(&server, &["-n", "3", "DBSIZE"], b"")?, "0\n");
    Ok(())
}

fn a_script_on_standard_input_runs_line_by_line(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let script = b"MULTI\nSET \"two words\" \"a\\x00b\"\nINCR n\nEXEC\nGET \"two words\"\nSELECT 2\nDBSIZE\n";
    assert_eq!(cli(&server, &[], script)?, "OK\nQUEUED\nQUEUED\nOK\n1\na\0b\nOK\n0\n");
    Ok(())
}

fn pipe_loads_a_hundred_thousand_commands(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let mut input = Vec::new();
    for i in 0..100_000 {
        input.extend(encode(&["SET", &format!("key:{i}"), &format!("value {i}")]));
    }
    let printed = cli(&server, &["--pipe"], &input)?;
    assert!(printed.ends_with("errors: 0, replies: 100000\n"), "{printed}");
    assert_eq!(cli(&server, &["DBSIZE"], b"")?, "100000\n");
    assert_eq!(cli(&server, &["GET", "key:99999"], b"")?, "value 99999\n");

    // Inline commands and errors are counted too.
    let mut command = Command::new("redis-cli");
    command.args(["-p", &server.port(), "--pipe"]);
    let output = run(&mut command, b"SET text abc\r\nINCR text\r\nSET n 1\r\n")?;
    assert!(output.text().ends_with("errors: 1, replies: 3\n"), "{output:?}");
    Ok(())
}

fn the_last_argument_may_come_from_standard_input(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let value: Vec<u8> = (0..3_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(cli(&server, &["-x", "SET", "key"], &value)?, "OK\n");
    let mut command = Command::new("redis-cli");
    command.args(["-p", &server.port(), "GET", "key"]);
    let mut printed = run(&mut command, b"")?.succeeded()?.stdout;
    assert_eq!(printed.pop(), Some(b'\n'));
    ensure!(printed == value, "3,000,000 bytes came back changed");
    Ok(())
}

fn resp3_is_spoken_when_asked_for(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let map = cli(&server, &["-3", "--no-raw", "CONFIG", "GET", "timeout"], b"")?;
    assert_eq!(map, "1# \"timeout\" => \"0\"\n");
    assert_eq!(cli(&server, &["-3", "--no-raw", "GET", "absent"], b"")?, "(nil)\n");
    let hello = cli(&server, &["-3", "--no-raw", "HELLO"], b"")?;
    assert!(hello.contains("# \"proto\" => (integer) 3\n"), "{hello}");
    Ok(())
}

fn other_output_formats_are_filled(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    cli(&server, &["SET", "key", "a \"b\""], b"")?;
    assert_eq!(cli(&server, &["--json", "MGET", "key", "absent"], b"")?, "[\"a \\\"b\\\"\",null]\n");
    assert_eq!(cli(&server, &["-3", "--json", "CONFIG", "GET", "timeout"], b"")?, "{\"timeout\":\"0\"}\n");
    assert_eq!(cli(&server, &["--csv", "MGET", "key", "absent"], b"")?, "\"a \\\"b\\\"\",NULL\n");
    Ok(())
}

fn a_password_is_given_in_every_way(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &["--requirepass", "pass word"])? else { return Ok(()) };
    assert_eq!(cli(&server, &["GET", "key"], b"")?, "NOAUTH Authentication required.\n\n");
    let quiet = ["--no-auth-warning", "PING"];
    assert_eq!(cli(&server, &[&["-a", "pass word"], &quiet[..]].concat(), b"")?, "PONG\n");
    assert_eq!(cli(&server, &[&["--user", "default", "--pass", "pass word"], &quiet[..]].concat(), b"")?, "PONG\n");
    assert_eq!(cli(&server, &[&["-3", "-a", "pass word"], &quiet[..]].concat(), b"")?, "PONG\n");
    let address = format!("redis://default:pass%20word@127.0.0.1:{}/3", server.port());
    let session = cli(&server, &["-u", &address, "--no-auth-warning", "CLIENT", "INFO"], b"")?;
    assert!(session.contains(" db=3 ") && session.contains(" user=default "), "{session}");

    let mut command = Command::new("redis-cli");
    command.args(["-p", &server.port(), "-a", "wrong", "--no-auth-warning", "PING"]);
    let output = run(&mut command, b"")?;
    let all = format!("{}{}", output.text(), output.stderr);
    assert!(all.contains("WRONGPASS invalid username-password pair or user is disabled."), "{all}");
    assert!(all.contains("NOAUTH Authentication required."), "{all}");
    Ok(())
}

fn an_unknown_command_gets_the_error_text_of_redis(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let printed = cli(&server, &["--no-raw", "NOSUCH", "a", "b c"], b"")?;
    assert_eq!(printed, "(error) ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b c' \n");
    let printed = cli(&server, &["--no-raw", "CONFIG", "NOSUCH"], b"")?;
    assert_eq!(printed, "(error) ERR unknown subcommand 'NOSUCH'. Try CONFIG HELP.\n");
    let printed = cli(&server, &["--no-raw", "GET"], b"")?;
    assert_eq!(printed, "(error) ERR wrong number of arguments for 'get' command\n");
    Ok(())
}

/// On a terminal redis-cli asks for COMMAND DOCS first, to complete and explain what is typed.
fn a_terminal_session_has_help_from_the_server(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    if require("script").is_none() {
        return Ok(());
    }
    let mut command = Command::new("script");
    command.args(["-qec", &format!("redis-cli -p {}", server.port()), "/dev/null"]).env("TERM", "dumb");
    let input = b"SET key value\nGET key\nHELP GET\nMULTI\nINCR n\nEXEC\nQUIT\n";
    let printed = run(&mut command, input)?.text().replace('\r', "");
    let prompt = format!("127.0.0.1:{}> ", server.port());
    for line in
        [format!("{prompt}OK\n"), format!("{prompt}\"value\"\n"), "(TX)> QUEUED\n".into(), "1) (integer) 1\n".into()]
    {
        if !printed.contains(&line) {
            bail!("no {line:?} in {printed}");
        }
    }
    assert!(printed.contains("summary:"), "{printed}");
    Ok(())
}
