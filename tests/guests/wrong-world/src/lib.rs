//! A component that exports `run`, but not the `call` of a function. Limit: WASM.LOAD refuses it and names the export.

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        inline: "
            package evil:worlds;

            world other {
                export run: func(keys: list<list<u8>>) -> u32;
            }
        ",
    });
}

struct Other;

impl bindings::Guest for Other {
    fn run(keys: Vec<Vec<u8>>) -> u32 {
        u32::try_from(keys.len()).unwrap_or(u32::MAX)
    }
}

bindings::export!(Other with_types_in bindings);
