//! RESP between standard input and output.

use anyhow::Result;
use ferrite_build::compose::CLI;
use ferrite_tests::program::{Output, run};

use crate::Compiled;

fn ask(arguments: &[&str], input: &[u8]) -> Result<Option<Output>> {
    let Some(compiled) = Compiled::new(&CLI)? else { return Ok(None) };
    run(&mut compiled.command("run", &[], arguments), input).map(Some)
}

#[test]
fn commands_on_standard_input_are_answered_on_standard_output() -> Result<()> {
    let input = b"SET greeting hello EX 60\r\nGET greeting\r\n*2\r\n$3\r\nTTL\r\n$8\r\ngreeting\r\nNO SUCH\r\n";
    let Some(output) = ask(&[], input)? else { return Ok(()) };
    let printed = output.succeeded()?.text();
    assert!(printed.starts_with("+OK\r\n$5\r\nhello\r\n:60\r\n-ERR unknown command 'NO'"), "{printed}");
    Ok(())
}

#[test]
fn replies_of_many_megabytes_arrive_whole() -> Result<()> {
    let value = vec![b'v'; 5 << 20];
    let mut input = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${}\r\n", value.len()).into_bytes();
    input.extend_from_slice(&value);
    input.extend_from_slice(b"\r\nGET k\r\nGET k\r\nGET k\r\nPING\r\n");
    let Some(output) = ask(&[], &input)? else { return Ok(()) };
    let printed = output.succeeded()?.stdout;
    assert_eq!(printed.len(), 5 + 3 * (value.len() + 12) + 7);
    assert!(printed.ends_with(b"+PONG\r\n"));
    Ok(())
}

#[test]
fn a_blocking_command_ends_when_its_time_is_over() -> Result<()> {
    let input = b"BLPOP nothing 0.05\r\nPING\r\n";
    let Some(compiled) = Compiled::new(&CLI)? else { return Ok(()) };
    // The input stays open while it waits, as a terminal's does.
    let mut command = compiled.command("run", &[], &[]);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("standard input is piped");
    std::io::Write::write_all(&mut stdin, input)?;
    let mut printed = vec![0; 12];
    std::io::Read::read_exact(child.stdout.as_mut().expect("standard output is piped"), &mut printed)?;
    drop(stdin);
    assert!(child.wait()?.success());
    assert_eq!(printed, b"*-1\r\n+PONG\r\n");
    Ok(())
}

#[test]
fn memory_is_limited_as_it_was_told() -> Result<()> {
    let mut input = b"CONFIG GET maxmemory\r\n".to_vec();
    for key in 0..40 {
        input.extend_from_slice(format!("SETRANGE k{key} 99999 x\r\n").as_bytes());
    }
    let Some(output) = ask(&["--maxmemory", "2mb"], &input)? else { return Ok(()) };
    let printed = output.succeeded()?.text();
    assert!(printed.starts_with("*2\r\n$9\r\nmaxmemory\r\n$7\r\n2097152\r\n"), "{printed}");
    assert!(printed.contains("-OOM command not allowed when used memory > 'maxmemory'"), "{printed}");
    Ok(())
}

#[test]
fn wrong_arguments_are_named_and_the_help_follows() -> Result<()> {
    for (arguments, reason) in [
        (&["--listen", "6379"][..], "error: `--listen 6379`: expected an address and a port, such as 127.0.0.1:6379"),
        (&["--maxmemory"], "error: `--maxmemory` needs a value behind it"),
        (&["--maxmemory", "much"], "error: CONFIG SET failed (possibly related to argument 'maxmemory')"),
        (&["--appendonly", "yes"], "error: unknown option `--appendonly`"),
        (&["serve"], "error: unexpected argument `serve`"),
    ] {
        let Some(output) = ask(arguments, b"")? else { return Ok(()) };
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", output.stderr);
        assert!(output.stderr.starts_with(reason), "{arguments:?}: {}", output.stderr);
    }
    Ok(())
}
