//! Sessions that see every command (MONITOR). <https://redis.io/docs/latest/commands/monitor/>

use ferrite_resp::Args;

use crate::command::Flags;
use crate::outbox::OUTBOX_BYTES;
use crate::session::Session;
use crate::store::Store;

impl Store {
    /// Shows a command to those who see all of them, but for what administrators do.
    #[cold]
    #[inline(never)]
    pub(crate) fn show(&mut self, session: &Session, flags: Flags, args: Args<'_>) {
        /// A byte takes as many at most, and each argument quotes and a blank.
        const QUOTED: usize = 4;
        if flags.intersects(Flags::SKIP_MONITOR | Flags::ADMIN) || session.is_function {
            return;
        }
        let monitors = std::mem::take(&mut self.monitors);
        let most = args.total_bytes().saturating_mul(QUOTED).saturating_add(args.len().saturating_mul(QUOTED));
        if most > OUTBOX_BYTES {
            monitors.iter().for_each(|&id| self.give_up(id));
        } else {
            let line = line(self.keyspace.now_us(), session, args);
            self.push(&monitors, None, &|out| out.raw(&line));
        }
        self.monitors = monitors;
    }

    /// A session sees commands no more.
    pub(crate) fn stop_monitoring(&mut self, session: &mut Session) {
        if std::mem::take(&mut session.monitors) {
            self.monitors.retain(|&id| id != session.id);
        }
    }
}

/// The time, the database, who sent it, and the command with its arguments, secrets left out.
fn line(now_us: u64, session: &Session, args: Args<'_>) -> Vec<u8> {
    let (seconds, us) = (now_us / 1_000_000, now_us % 1_000_000);
    let mut line = format!("+{seconds}.{us:06} [{} {}]", session.database, session.address).into_bytes();
    let secrets = secrets(args);
    for (index, arg) in args.iter().enumerate() {
        line.extend_from_slice(b" \"");
        if secrets.contains(&index) {
            line.extend_from_slice(b"(redacted)");
        } else {
            arg.iter().for_each(|&byte| quote(byte, &mut line));
        }
        line.push(b'"');
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// The arguments that nobody else may see: the name and the password of AUTH, and those in HELLO.
fn secrets(args: Args<'_>) -> std::ops::Range<usize> {
    let is = |index, word: &[u8]| args.at(index).eq_ignore_ascii_case(word);
    if is(0, b"auth") {
        return 1..args.len();
    }
    let auth = if is(0, b"hello") { (2..args.len()).find(|&index| is(index, b"auth")) } else { None };
    auth.map_or(0..0, |auth| auth + 1..auth + 3)
}

/// A byte as Redis quotes it.
fn quote(byte: u8, line: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let escaped = match byte {
        b'\\' | b'"' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x07 => b'a',
        0x08 => b'b',
        b' '..=b'~' => return line.push(byte),
        _ => {
            let digit = |four_bits: u8| DIGITS[usize::from(four_bits)];
            return line.extend_from_slice(&[b'\\', b'x', digit(byte >> 4), digit(byte & 15)]);
        }
    };
    line.extend_from_slice(&[b'\\', escaped]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(args: &[&[u8]]) -> String {
        let mut session = Session::new(1, "127.0.0.1:7", "", 0);
        session.database = 3;
        String::from_utf8(line(1_700_000_000_000_012, &session, Args::from(args))).expect("all of it is ASCII")
    }

    #[test]
    fn a_line_has_the_time_the_client_and_the_command_quoted() {
        assert_eq!(
            shown(&[b"SET", b"a \"\\\r\n\t\x07\x08\x00\x7f\xff", b""]),
            "+1700000000.000012 [3 127.0.0.1:7] \"SET\" \"a \\\"\\\\\\r\\n\\t\\a\\b\\x00\\x7f\\xff\" \"\"\r\n"
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        assert!(shown(&[b"Auth", b"x"]).ends_with("\"Auth\" \"(redacted)\"\r\n"));
        assert!(shown(&[b"AUTH", b"default", b"x"]).ends_with("\"AUTH\" \"(redacted)\" \"(redacted)\"\r\n"));
        assert!(
            shown(&[b"hello", b"3", b"setname", b"n", b"auth", b"default", b"x"])
                .ends_with("\"hello\" \"3\" \"setname\" \"n\" \"auth\" \"(redacted)\" \"(redacted)\"\r\n")
        );
    }
}
