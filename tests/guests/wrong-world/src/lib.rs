//! A component that exports only what no host can call with words: functions with a resource. Limit: WASM.LOAD refuses it
//! and names the export and the reason.

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        inline: "
            package evil:worlds;

            interface things {
                resource thing {
                    constructor();
                    count: func() -> u32;
                }
                open: func(keys: list<list<u8>>) -> thing;
            }

            world other {
                export things;
            }
        ",
    });
}

use bindings::exports::evil::worlds::things::{Guest, GuestThing, Thing};

struct Other;

struct Nothing;

impl GuestThing for Nothing {
    fn new() -> Nothing {
        Nothing
    }

    fn count(&self) -> u32 {
        0
    }
}

impl Guest for Other {
    type Thing = Nothing;

    fn open(_keys: Vec<Vec<u8>>) -> Thing {
        Thing::new(Nothing)
    }
}

bindings::export!(Other with_types_in bindings);
