//! However a stream of requests is cut into packets, the commands are the same.

mod random;

use ferrite_resp::{Argv, Limits, Parsed, Partial, parse};
use random::{Random, seed};

/// What a connection sees: its commands, then maybe an error.
type Seen = (Vec<Vec<Vec<u8>>>, Option<String>);

/// Reads `stream` in packets as a server does: it parses again only when as many bytes are there as were asked for.
///
/// With `in_parts`, the arguments that are there are taken out of the buffer each time.
fn receive(stream: &[u8], in_parts: bool, mut packet: impl FnMut() -> usize) -> Seen {
    let (limits, mut argv, mut partial) = (Limits::default(), Argv::new(), None::<Partial>);
    let (mut commands, mut buffer, mut needed, mut sent) = (Vec::new(), Vec::new(), 1, 0);
    while sent < stream.len() {
        let end = (sent + packet().max(1)).min(stream.len());
        buffer.extend_from_slice(stream.get(sent..end).expect("the packet is within the stream"));
        sent = end;
        while buffer.len() >= needed {
            needed = 1;
            if let Some(mut taken) = partial.take() {
                match taken.advance(&buffer, &limits) {
                    Ok(progress) => {
                        buffer.drain(..progress.consumed);
                        match progress.needs {
                            None => commands.push(taken.into_args().view().to_vecs()),
                            Some(bytes) => {
                                assert!(bytes > buffer.len(), "needs {bytes} with {} there", buffer.len());
                                assert!(taken.missing() > 0, "something is missing");
                                needed = bytes;
                                partial = Some(taken);
                            }
                        }
                    }
                    Err(error) => return (commands, Some(error.to_string())),
                }
                continue;
            }
            match parse(&buffer, &limits, &mut argv) {
                Ok(Parsed::Command { consumed }) => {
                    commands.push(argv.view(&buffer).to_vecs());
                    buffer.drain(..consumed);
                }
                Ok(Parsed::Empty { consumed }) => drop(buffer.drain(..consumed)),
                Ok(Parsed::Need(bytes)) => {
                    assert!(bytes > buffer.len(), "needs {bytes} with {} there", buffer.len());
                    needed = bytes;
                    if in_parts && let Some((taken, consumed)) = Partial::take(&buffer, &argv) {
                        buffer.drain(..consumed);
                        (partial, needed) = (Some(taken), 1);
                    }
                }
                Err(error) => return (commands, Some(error.to_string())),
            }
        }
    }
    (commands, None)
}

/// Well-formed, but no array of bulk strings.
const ODD: [&[u8]; 5] = [b"\r\n", b"*0\r\n", b"*-1\r\n", b"PING\r\n", b"SET 'a b' \"\\x00\"\n"];
/// What ends a connection.
const WRONG: [&[u8]; 6] = [
    b"*x\r\n",
    b"*1\r\n$-1\r\n",
    b"GET \"\r\n",
    b"*3\r\n:1\r\n",
    b"*3\r\n$1\r\na\r\n:1\r\n",
    b"*2\r\n$1\r\na\r\n$x\r\n",
];

fn stream(random: &mut Random) -> Vec<u8> {
    let mut stream = Vec::new();
    for _ in 0..random.below(12) {
        match random.below(8) {
            0 => stream.extend_from_slice(random.pick(&ODD)),
            1 if random.one_in(4) => stream.extend_from_slice(random.pick(&WRONG)),
            _ => {
                let count = 1 + if random.one_in(20) { random.below(300) } else { random.below(5) };
                stream.extend_from_slice(format!("*{count}\r\n").as_bytes());
                for _ in 0..count {
                    let longest = random.pick(&[0, 3, 12, 120, 1200]);
                    let argument = random.bytes(longest);
                    stream.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
                    stream.extend_from_slice(&argument);
                    stream.extend_from_slice(b"\r\n");
                }
            }
        }
    }
    stream
}

#[test]
fn any_split_of_a_stream_gives_the_same_commands() {
    let mut random = Random::new(seed("chunks"));
    let mut commands = 0;
    for _ in 0..2_000 {
        let stream = stream(&mut random);
        let whole = receive(&stream, false, || usize::MAX / 2);
        commands += whole.0.len();
        for in_parts in [false, true] {
            assert_eq!(receive(&stream, in_parts, || 1), whole, "byte by byte: {}", stream.escape_ascii());
            for largest in [3, 50, 1500] {
                let split = receive(&stream, in_parts, || 1 + random.below(largest));
                assert_eq!(split, whole, "in packets of up to {largest} bytes: {}", stream.escape_ascii());
            }
        }
    }
    assert!(commands > 5_000, "only {commands} commands were compared");
}

#[test]
fn a_command_of_very_many_arguments_is_not_parsed_for_every_packet() {
    let count = 200_000;
    let mut input = format!("*{count}\r\n").into_bytes();
    for index in 0..count {
        input.extend_from_slice(format!("$12\r\nkey:{index:08}\r\n").as_bytes());
    }
    let (limits, mut argv) = (Limits::default(), Argv::new());
    let (mut there, mut parses) = (1, 0);
    loop {
        parses += 1;
        match parse(input.get(..there).expect("no more is asked for than the command has"), &limits, &mut argv) {
            Ok(Parsed::Need(bytes)) => there = bytes.max(there + 1460).min(input.len()),
            Ok(Parsed::Command { consumed }) => break assert_eq!((consumed, argv.len()), (input.len(), count)),
            other => panic!("{other:?}"),
        }
    }
    assert!(parses < 60, "{parses} parses");
}
