//! Pipelines with damage: whatever a client sends, the engine neither panics nor traps, and goes on serving others.

use anyhow::{Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::judge::Judge;

use crate::generate;
use crate::pools;
use crate::random::Random;

/// Commands of a pipeline before it is damaged.
const PIPELINE: usize = 40;

/// Sends a series of random commands with damage, on connections that follow each other.
pub(crate) fn round(judge: &mut dyn Judge, random: &mut Random, length: usize) -> Result<()> {
    judge.begin_case()?;
    let commands = generate::round(random, length);
    for (index, pipeline) in commands.chunks(PIPELINE).enumerate() {
        let mut bytes: Vec<u8> = pipeline.iter().flat_map(|command| encode(&command.argv)).collect();
        for _ in 0..random.below(4) {
            damage(random, &mut bytes);
        }
        let session = format!("m{index}");
        judge.send(&session, &bytes)?;
        // Whatever there is.
        judge.receive(&session, 0, true)?;
    }
    judge.end_case()?;
    judge.begin_case()?;
    judge.send("witness", b"PING\r\n")?;
    let replies = judge.receive("witness", 1, false)?.frames;
    ensure!(replies == [b"+PONG\r\n"], "{} answers PING with {replies:?}", judge.name());
    judge.end_case()?;
    Ok(())
}

/// Another byte, other digits of a length, a piece gone, a piece twice, or something in between.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    let at = random.below(bytes.len());
    let end = (at + random.below(60)).min(bytes.len());
    match random.below(6) {
        0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.next() as u8),
        1 => {
            let digits = bytes.iter_mut().skip(at).find(|byte| byte.is_ascii_digit());
            digits.into_iter().for_each(|digit| *digit = b'0' + random.below(10) as u8);
        }
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
            bytes.splice(at..at, piece);
        }
        4 => drop(bytes.splice(at..at, pools::garbage(random))),
        _ => bytes.truncate(end),
    }
}
