//! Which permissions a component will need, as far as its imports tell.

use super::outline::Outline;

/// What only reads, by interface of `ferrite:store`. Everything else in these interfaces writes.
const READS: [(&str, &[&str]); 8] = [
    ("keys", &["exists", "type", "type-name", "time-to-live", "scan", "size"]),
    ("strings", &["get", "get-many", "get-packed", "get-short", "length"]),
    ("hashes", &["get", "get-many", "get-all", "contains", "length", "time-to-live", "scan"]),
    ("lists", &["length", "get", "range", "find"]),
    ("sets", &["contains", "length", "members", "random", "combine", "scan"]),
    ("sorted-sets", &["scores", "rank", "length", "count", "range"]),
    ("streams", &["range", "length", "last-id", "pending-entries"]),
    ("vectors", &["get", "search", "describe"]),
];

/// Packages of WASI that stand behind a permission; without it they are there, and answer that access is denied.
const OUTSIDE: [(&str, &str); 3] =
    [("wasi:http", "NETWORK"), ("wasi:sockets", "NETWORK"), ("wasi:filesystem", "FILESYSTEM")];

/// Permissions, each with the imports that ask for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Permission and reasons.
    pub(super) certain: Vec<(&'static str, Vec<String>)>,
    /// Whether it can run any command, so that what it needs cannot be told.
    pub(super) any_command: bool,
    /// Interfaces of WASI that are there without it, but empty: permission and interface.
    pub(super) outside: Vec<(&'static str, String)>,
    /// Whether it imports all of the store, needed or not, as components with a language's runtime do.
    pub(super) everything: bool,
}

impl Needs {
    /// `PERMISSIONS …` for WASM.LOAD; empty when the default, READ, is enough.
    pub(super) fn words(&self) -> String {
        let names: Vec<&str> = self.certain.iter().map(|(name, _)| *name).collect();
        if names.is_empty() { String::new() } else { format!("PERMISSIONS {}", names.join(" ")) }
    }
}

/// What a component needs.
pub(super) fn of(outline: &Outline) -> Needs {
    let mut needs = Needs::default();
    let mut ask =
        |permission: &'static str, reason: String| match needs.certain.iter_mut().find(|(name, _)| *name == permission)
        {
            Some((_, reasons)) => reasons.push(reason),
            None => needs.certain.push((permission, vec![reason])),
        };
    let (mut any_command, mut outside) = (false, Vec::new());
    for import in &outline.imports {
        if let Some((_, permission)) = OUTSIDE.iter().find(|(package, _)| *package == import.package) {
            outside.push((*permission, format!("{}/{}", import.package, import.interface)));
        }
        if import.package != "ferrite:store" {
            continue;
        }
        any_command |= import.interface == "commands";
        let Some((_, reads)) = READS.iter().find(|(interface, _)| *interface == import.interface) else { continue };
        for function in import.functions.iter().filter(|function| !reads.contains(&function.as_str())) {
            ask("WRITE", format!("{}.{function}", import.interface));
        }
    }
    needs.any_command = any_command;
    needs.outside = outside;
    needs.everything = READS.iter().all(|(interface, reads)| {
        let imported =
            outline.imports.iter().find(|import| import.package == "ferrite:store" && import.interface == *interface);
        imported.is_some_and(|import| import.functions.len() > reads.len())
    });
    needs
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::tool::outline::Import;

    fn outline(imports: &[(&str, &str, &[&str])]) -> Outline {
        let import = |(package, interface, functions): &(&str, &str, &[&str])| Import {
            package: (*package).to_owned(),
            version: "0.1.1".to_owned(),
            interface: (*interface).to_owned(),
            functions: functions.iter().map(ToString::to_string).collect(),
        };
        Outline { imports: imports.iter().map(import).collect(), ..Outline::default() }
    }

    #[test]
    fn what_writes_needs_to_be_allowed_to() {
        let reads = outline(&[("ferrite:store", "strings", &["get", "length"]), ("ferrite:udf", "log", &["write"])]);
        assert_eq!(of(&reads).words(), "");
        let writes = of(&outline(&[("ferrite:store", "strings", &["get", "set"]), ("wasi:http", "types", &[])]));
        assert_eq!(writes.words(), "PERMISSIONS WRITE");
        assert_eq!(writes.outside, [("NETWORK", "wasi:http/types".to_owned())]);
        assert_eq!(writes.certain.first(), Some(&("WRITE", vec!["strings.set".to_owned()])));
        assert!(of(&outline(&[("ferrite:store", "commands", &["execute"])])).any_command);
    }

    #[test]
    fn every_function_in_the_table_is_one_of_the_store() {
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/store");
        for (interface, functions) in READS {
            let text = std::fs::read_to_string(wit.join(format!("{interface}.wit"))).expect("the interface has a file");
            for function in functions {
                let declared = text
                    .lines()
                    .any(|line| line.trim().trim_start_matches('%').starts_with(&format!("{function}: func(")));
                assert!(declared, "{interface}.{function}");
            }
        }
    }
}
