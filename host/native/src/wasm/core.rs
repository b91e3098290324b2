//! The core module inside of the store component: its memory, its allocator, and calls of its exports.

use wasmparser::{Parser, Payload};
use wasmtime::{Memory, Store, TypedFunc, WasmParams, WasmResults};

use super::abi::{self, Load};
use super::environment::Environment;

/// What a call into the store can fail with: a trap, or an answer that is no value of its type.
pub(super) type Result<T> = wasmtime::Result<T>;

/// The bytes of the one core module that has the store's memory; the component holds others that only tie it together.
pub(super) fn main_module(component: &[u8]) -> Result<&[u8]> {
    for payload in Parser::new(0).parse_all(component) {
        let Payload::ModuleSection { unchecked_range, .. } = payload? else { continue };
        let range = usize::try_from(unchecked_range.start)?..usize::try_from(unchecked_range.end)?;
        let module = component.get(range).unwrap_or_default();
        if has_memory(module)? {
            return Ok(module);
        }
    }
    Err(wasmtime::Error::msg("the store component holds no core module with a memory"))
}

fn has_memory(module: &[u8]) -> Result<bool> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::MemorySection(memories) = payload? {
            return Ok(memories.count() > 0);
        }
    }
    Ok(false)
}

/// An instance of the core module.
pub(super) struct Core {
    pub(super) store: Store<Environment>,
    pub(super) instance: wasmtime::Instance,
    memory: Memory,
    realloc: TypedFunc<(u32, u32, u32, u32), u32>,
    /// A call trapped, or answered what it cannot answer. No other is made: what the memory holds is half done.
    has_failed: bool,
}

impl Core {
    /// Finds the memory and the allocator of an instance.
    pub(super) fn new(mut store: Store<Environment>, instance: wasmtime::Instance) -> Result<Core> {
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| wasmtime::Error::msg("the store component exports no memory"))?;
        let realloc = instance.get_typed_func(&mut store, "cabi_realloc")?;
        Ok(Core { store, instance, memory, realloc, has_failed: false })
    }

    /// Calls a function of the instance; the first failure is the last call.
    #[inline]
    fn call<P: WasmParams, R: WasmResults>(&mut self, function: &TypedFunc<P, R>, params: P) -> Result<R> {
        call(&mut self.store, &mut self.has_failed, function, params)
    }

    /// The memory as it is.
    #[inline]
    pub(super) fn memory(&self) -> &[u8] {
        self.memory.data(&self.store)
    }

    /// Where linear memory begins in this process; it never moves.
    pub(super) fn base(&self) -> *mut u8 {
        self.memory.data_ptr(&self.store)
    }

    /// An allocation that the store will own.
    #[inline]
    fn allocate(&mut self, size: usize, align: u32) -> Result<u32> {
        let size = u32::try_from(size)?;
        if size == 0 {
            // Never read, and not null.
            return Ok(align);
        }
        call(&mut self.store, &mut self.has_failed, &self.realloc, (0, 0, align, size))
    }

    #[inline]
    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<()> {
        let place =
            self.memory.data_mut(&mut self.store).get_mut(at as usize..).and_then(|rest| rest.get_mut(..bytes.len()));
        let place = place.ok_or(abi::Fault::OutOfBounds { at, length: bytes.len() as u32 })?;
        place.copy_from_slice(bytes);
        Ok(())
    }

    /// Bytes as a list that the store will own: its address and length.
    #[inline]
    pub(super) fn give(&mut self, bytes: &[u8]) -> Result<(u32, u32)> {
        let at = self.allocate(bytes.len(), 1)?;
        self.write(at, bytes)?;
        Ok((at, bytes.len() as u32))
    }

    /// A list of byte strings that the store will own: its address and length.
    pub(super) fn give_all(&mut self, lists: &[&[u8]]) -> Result<(u32, u32)> {
        let mut spans = Vec::with_capacity(8 * lists.len());
        for list in lists {
            let (at, length) = self.give(list)?;
            spans.extend_from_slice(&at.to_le_bytes());
            spans.extend_from_slice(&length.to_le_bytes());
        }
        let at = self.allocate(spans.len(), 4)?;
        self.write(at, &spans)?;
        Ok((at, lists.len() as u32))
    }

    /// Numbers, as a list that the store will own: its address and length.
    pub(super) fn give_numbers(&mut self, numbers: &[u32]) -> Result<(u32, u32)> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let at = self.allocate(bytes.len(), 4)?;
        self.write(at, &bytes)?;
        Ok((at, numbers.len() as u32))
    }

    /// Bytes of values as wide as 64 bits, as a list that the store will own: its address.
    pub(super) fn give_aligned(&mut self, bytes: &[u8]) -> Result<u32> {
        let at = self.allocate(bytes.len(), 8)?;
        self.write(at, bytes)?;
        Ok(at)
    }

    /// A list of values of `size` bytes each, as `write` lays them out.
    pub(super) fn give_each<T>(
        &mut self,
        values: Vec<T>,
        size: usize,
        write: impl Fn(&mut Layout<'_>, T) -> Result<()>,
    ) -> Result<(u32, u32)> {
        let count = u32::try_from(values.len())?;
        let mut layout = Layout { core: self, bytes: Vec::with_capacity(size * values.len()) };
        for (index, value) in values.into_iter().enumerate() {
            write(&mut layout, value)?;
            layout.bytes.resize((index + 1) * size, 0);
        }
        let bytes = layout.bytes;
        let at = self.allocate(bytes.len(), 4)?;
        self.write(at, &bytes)?;
        Ok((at, count))
    }
}

#[inline]
fn call<P: WasmParams, R: WasmResults>(
    store: &mut Store<Environment>,
    has_failed: &mut bool,
    function: &TypedFunc<P, R>,
    params: P,
) -> Result<R> {
    if *has_failed {
        return Err(wasmtime::Error::msg("the store component has failed before"));
    }
    let result = function.call(store, params);
    *has_failed = result.is_err();
    result
}

/// Values on their way into the store's memory, one behind the other.
pub(super) struct Layout<'a> {
    core: &'a mut Core,
    bytes: Vec<u8>,
}

impl Layout<'_> {
    pub(super) fn align(&mut self, align: usize) {
        self.bytes.resize(self.bytes.len().next_multiple_of(align), 0);
    }

    pub(super) fn u8(&mut self, number: u8) {
        self.bytes.push(number);
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.align(4);
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        let (at, length) = self.core.give(text.as_bytes())?;
        self.u32(at);
        self.u32(length);
        Ok(())
    }
}

/// One exported function. What it answers with stays in its memory until its `post-return` was called.
pub(super) struct Export<P, R> {
    call: TypedFunc<P, R>,
    post_return: Option<TypedFunc<u32, ()>>,
}

impl<P: WasmParams, R: WasmResults> Export<P, R> {
    /// Finds a function of an interface of `ferrite:store`.
    pub(super) fn find(core: &mut Core, interface: &str, name: &str) -> Result<Export<P, R>> {
        let name = format!("ferrite:store/{interface}@{}#{name}", super::CONTRACT);
        let call = core.instance.get_typed_func(&mut core.store, &name)?;
        let post = format!("cabi_post_{name}");
        let post_return = match core.instance.get_func(&mut core.store, &post) {
            Some(function) => Some(function.typed(&core.store)?),
            None => None,
        };
        Ok(Export { call, post_return })
    }

    /// Calls a function whose result is one number, or none.
    #[inline]
    pub(super) fn call(&self, core: &mut Core, params: P) -> Result<R> {
        core.call(&self.call, params)
    }
}

impl<P: WasmParams> Export<P, u32> {
    /// Calls a function that answers with the address of its result.
    #[inline]
    pub(super) fn load<T: Load>(&self, core: &mut Core, params: P) -> Result<T> {
        self.load_if_owned(core, params, |_| true)
    }

    /// The same, for a result that has memory of its own only in some cases: in the others there is nothing to give back.
    #[inline]
    pub(super) fn load_if_owned<T: Load>(
        &self,
        core: &mut Core,
        params: P,
        owns: impl FnOnce(&T) -> bool,
    ) -> Result<T> {
        let at = core.call(&self.call, params)?;
        let value = T::load(core.memory(), at).inspect_err(|_| core.has_failed = true)?;
        if let Some(post_return) = &self.post_return
            && owns(&value)
        {
            core.call(post_return, at)?;
        }
        Ok(value)
    }
}
