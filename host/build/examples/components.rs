//! `cargo components`: writes every component and example function to `target/components/`, with their sizes;
//! `cargo components store filter`: only these.

use ferrite_build::{compose, workspace};
use flate2::{Compression, write::GzEncoder};
use std::{env, error::Error, io::Write as _, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = workspace::root().join("target/components");
    let wanted: Vec<String> = env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let names: Vec<String> = workspace::published()?.into_iter().filter(|name| is_wanted(name)).collect();
    let mut rows = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let started = Instant::now();
        eprintln!("[{}/{}] building {name}", index + 1, names.len());
        let component = workspace::project(name)?.build()?;
        component.write_to(&folder.join(format!("{name}.wasm")))?;
        rows.push((name.as_str(), component.bytes.len(), gzipped(&component.bytes)?));
        eprintln!("[{}/{}] {name} is done after {:.1} s", index + 1, names.len(), started.elapsed().as_secs_f64());
    }
    for program in compose::PROGRAMS.iter().filter(|program| is_wanted(program.name)) {
        let component = program.build()?;
        component.write_to(&folder.join(format!("{}.wasm", program.name)))?;
        rows.push((program.name, component.bytes.len(), gzipped(&component.bytes)?));
    }
    println!("{:<24}{:>12}{:>12}", "component", "bytes", "gzipped");
    for (name, bytes, gzipped) in rows {
        println!("{:<24}{bytes:>12}{gzipped:>12}", format!("{name}.wasm"));
    }
    println!("written to {}", folder.display());
    Ok(())
}

fn gzipped(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
