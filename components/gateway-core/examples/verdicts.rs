//! Prints the guard's verdict on each pair of a JSONL file: `verdicts tests/semantic/pairs.jsonl`.
#![allow(clippy::unwrap_used, reason = "a tool for measuring; a broken file should stop it")]

use ferrite_gateway::guard::agree;

fn main() {
    let path = std::env::args().nth(1).expect("the path of the pairs");
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        println!("{}", agree(pair["a"].as_str().unwrap(), pair["b"].as_str().unwrap()));
    }
}
