//! The figures as lines of text. <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::fmt::Write;
use std::rc::Rc;

use crate::server::Shard;
use crate::udf::Function;

/// A metric of the server: its name, what it is, its type, its value.
type Figure = (&'static str, &'static str, &'static str, f64);

/// A metric of each function: its name, what it is, its type, and how it is read.
type OfFunction = (&'static str, &'static str, &'static str, fn(&Function) -> f64);

const FUNCTIONS: [OfFunction; 11] = [
    ("function_calls_total", "Calls that were begun.", "counter", |f| f.counters.calls.get() as f64),
    ("function_fuel_total", "Fuel that calls burnt.", "counter", |f| f.counters.fuel_used.get() as f64),
    ("function_cpu_seconds_total", "Time of the shard that calls took.", "counter", |f| {
        f.counters.durations.sum().as_secs_f64()
    }),
    ("function_store_calls_total", "Calls on the store.", "counter", |f| f.counters.store_calls.get() as f64),
    ("function_waits_total", "Calls that waited because a budget was used up.", "counter", |f| {
        f.admission.waits().0 as f64
    }),
    ("function_wait_seconds_total", "How long they waited.", "counter", |f| f.admission.waits().1.as_secs_f64()),
    ("function_suspensions_total", "How often it was suspended.", "counter", |f| f.admission.suspension.count() as f64),
    ("function_suspended", "1 while it is suspended.", "gauge", |f| {
        f64::from(u8::from(f.admission.suspension.left().is_some()))
    }),
    ("function_memory_peak_bytes", "The most memory that a call ended with.", "gauge", |f| {
        f.counters.peak_memory.get() as f64
    }),
    ("function_instances_idle", "Instances that wait for a call.", "gauge", |f| f.idle_count() as f64),
    ("function_instances_made_total", "Instances made.", "counter", |f| f.made_count() as f64),
];

/// All of them.
pub(super) fn write(shard: &Shard) -> String {
    let mut out = String::new();
    for (name, help, kind, value) in server(shard) {
        head(&mut out, name, help, kind);
        line(&mut out, name, "", value);
    }
    functions(&mut out, &shard.functions.all());
    out
}

fn server(shard: &Shard) -> Vec<Figure> {
    let mut figures: Vec<Figure> = vec![
        ("up_seconds", "Seconds since the start.", "gauge", shard.uptime().as_secs_f64()),
        ("connected_clients", "Clients that are connected.", "gauge", shard.clients.len() as f64),
    ];
    // A store that trapped is about to end the server, and says so elsewhere.
    if let Ok(measured) = shard.store.borrow_mut().measure() {
        figures.extend([
            ("memory_used_bytes", "Memory that the store holds.", "gauge", measured.used_memory_bytes as f64),
            ("keys", "Keys in all databases.", "gauge", measured.keys as f64),
            ("expiring_keys", "Keys that have a time to live.", "gauge", measured.expiring_keys as f64),
            ("commands_total", "Commands executed.", "counter", measured.commands as f64),
        ]);
    }
    figures
}

fn functions(out: &mut String, functions: &[Rc<Function>]) {
    for (name, help, kind, read) in FUNCTIONS {
        head(out, name, help, kind);
        for function in functions {
            line(out, name, &label(function), read(function));
        }
    }
    let errors = "function_errors_total";
    head(out, errors, "Calls that came to nothing, by what WASM.INFO calls them.", "counter");
    for function in functions {
        for (kind, count) in function.counters.errors() {
            line(out, errors, &format!("{},kind=\"{kind}\"", label(function)), count as f64);
        }
    }
    let durations = "function_call_duration_seconds";
    head(out, durations, "How long calls took.", "histogram");
    for function in functions {
        let (label, mut count) = (label(function), 0);
        for (bound, below) in function.counters.durations.cumulative() {
            let bound = bound.map_or("+Inf".to_owned(), |bound| (bound as f64 / 1e6).to_string());
            line(out, &format!("{durations}_bucket"), &format!("{label},le=\"{bound}\""), below as f64);
            count = below;
        }
        line(out, &format!("{durations}_sum"), &label, function.counters.durations.sum().as_secs_f64());
        line(out, &format!("{durations}_count"), &label, count as f64);
    }
}

/// Names of functions have only letters, digits, `-`, `_` and `.`: nothing needs an escape.
fn label(function: &Function) -> String {
    format!("function=\"{}\"", function.description.name)
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    // A `String` takes all that is written to it.
    let _ = writeln!(out, "# HELP ferrite_{name} {help}\n# TYPE ferrite_{name} {kind}");
}

fn line(out: &mut String, name: &str, labels: &str, value: f64) {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    let _ = writeln!(out, "ferrite_{name}{labels} {value}");
}
