//! A function that imports `evil:host/shell`, which no host offers. Limit: WASM.LOAD refuses it and names the import.

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        inline: "
            package evil:host;

            interface shell {
                run: func(command: string) -> s32;
            }

            world function {
                include ferrite:udf/function@0.1.5;
                import shell;
            }
        ",
        path: "../../../wit/udf",
        world: "evil:host/function",
        generate_all,
    });
}

use bindings::{Guest, evil::host::shell, ferrite::store::types::Node};

struct Function;

impl Guest for Function {
    fn call(_keys: Vec<Vec<u8>>, _args: Vec<Vec<u8>>) -> Result<Vec<Node>, String> {
        Ok(vec![Node::Integer(shell::run("id").into())])
    }
}

bindings::export!(Function with_types_in bindings);
