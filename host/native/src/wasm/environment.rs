//! What the store component imports: time and entropy, nothing else.

use std::rc::Rc;

use wasmtime::{Caller, Linker};

use super::Clock;

/// The world around one instance of the store.
pub(super) struct Environment {
    clock: Rc<Clock>,
    random: RandomNumbers,
}

impl Environment {
    pub(super) fn new(clock: Rc<Clock>) -> Environment {
        Environment { clock, random: RandomNumbers { buffer: [0; 32], left: 0 } }
    }
}

/// Offers the imports of the core module. The handles of the component's own resource `session` are its addresses.
pub(super) fn link(linker: &mut Linker<Environment>) -> wasmtime::Result<()> {
    let environment = format!("ferrite:store/environment@{}", super::CONTRACT);
    linker.func_wrap(&environment, "now-us", |caller: Caller<'_, Environment>| caller.data().clock.now_us())?;
    linker.func_wrap(&environment, "entropy", |mut caller: Caller<'_, Environment>| caller.data_mut().random.next())?;
    let wire = format!("[export]ferrite:store/wire@{}", super::CONTRACT);
    linker.func_wrap(&wire, "[resource-new]session", |address: u32| address)?;
    linker.func_wrap(&wire, "[resource-rep]session", |address: u32| address)?;
    linker.func_wrap(&wire, "[resource-drop]session", |_: u32| {})?;
    Ok(())
}

/// Random numbers of the operating system, fetched a handful at a time.
struct RandomNumbers {
    buffer: [u64; 32],
    left: usize,
}

impl RandomNumbers {
    fn next(&mut self) -> u64 {
        if self.left == 0 {
            let bytes = crate::random::bytes::<256>();
            for (number, chunk) in self.buffer.iter_mut().zip(bytes.chunks_exact(8)) {
                *number = chunk.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
            }
            self.left = self.buffer.len();
        }
        self.left -= 1;
        self.buffer.get(self.left).copied().unwrap_or_default()
    }
}
