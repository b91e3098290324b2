//! What the store's interfaces for collections have in common: their types, and how their arguments are laid out.
//!
//! There are some sixty functions of a dozen shapes, so that each is one line here: arguments lay themselves out, and calls
//! go by values rather than by a type for each shape.

use wasmtime::component::{ComponentType, Lift, Lower};
use wasmtime::{Func, TypedFunc, Val};

use super::abi::{Load, list_of, record, variant};
use super::core::{Core, Result};

/// `types.collection-error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum CollectionError {
    #[component(name = "wrong-type")]
    WrongType,
    #[component(name = "not-a-number")]
    NotANumber,
    #[component(name = "overflow")]
    Overflow,
    #[component(name = "not-permitted")]
    NotPermitted,
    #[component(name = "out-of-memory")]
    OutOfMemory,
    #[component(name = "too-many-elements")]
    TooManyElements,
    #[component(name = "value-too-long")]
    ValueTooLong,
    #[component(name = "result-too-large")]
    ResultTooLarge,
    #[component(name = "undo-too-large")]
    UndoTooLarge,
}
variant!(CollectionError {
    0 => WrongType,
    1 => NotANumber,
    2 => Overflow,
    3 => NotPermitted,
    4 => OutOfMemory,
    5 => TooManyElements,
    6 => ValueTooLong,
    7 => ResultTooLarge,
    8 => UndoTooLarge,
});

/// `types.field`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Field {
    #[component(name = "name")]
    pub(crate) name: Vec<u8>,
    #[component(name = "value")]
    pub(crate) value: Vec<u8>,
}
record!(Field { name: Vec<u8>, value: Vec<u8> });
list_of!(Field, bool, Option<f64>);

/// `types.order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum Order {
    #[component(name = "ascending")]
    Ascending,
    #[component(name = "descending")]
    Descending,
}

/// What a call answers: its own result inside of that of the crossing.
pub(crate) type Answer<T> = Result<std::result::Result<T, CollectionError>>;

/// The arguments of a call on their way.
pub(super) struct Flat<'a> {
    pub(super) core: &'a mut Core,
    values: [Val; Flat::MOST],
    len: usize,
}

impl Flat<'_> {
    /// The most values that the canonical ABI passes as such.
    const MOST: usize = 16;

    pub(super) fn push(&mut self, value: Val) {
        if let Some(place) = self.values.get_mut(self.len) {
            *place = value;
            self.len += 1;
        }
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.push(Val::I32(number.cast_signed()));
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.push(Val::I64(number.cast_signed()));
    }

    fn span(&mut self, (at, length): (u32, u32)) {
        self.u32(at);
        self.u32(length);
    }
}

/// Something that a function of the store is given.
pub(super) trait Give {
    /// Lays it out.
    fn give(&self, flat: &mut Flat<'_>) -> Result<()>;
}

impl Give for &[u8] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let span = flat.core.give(self)?;
        flat.span(span);
        Ok(())
    }
}

impl Give for &[&[u8]] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let span = flat.core.give_all(self)?;
        flat.span(span);
        Ok(())
    }
}

/// Fields: names with values.
impl Give for &[(&[u8], &[u8])] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let words: Vec<&[u8]> = self.iter().flat_map(|&(name, value)| [name, value]).collect();
        let (at, _) = flat.core.give_all(&words)?;
        flat.span((at, self.len() as u32));
        Ok(())
    }
}

/// One field.
impl Give for (&[u8], &[u8]) {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        self.0.give(flat)?;
        self.1.give(flat)
    }
}

/// Members with scores.
impl Give for &[(&[u8], f64)] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let mut bytes = Vec::with_capacity(16 * self.len());
        for (member, score) in *self {
            let (at, length) = flat.core.give(member)?;
            bytes.extend_from_slice(&at.to_le_bytes());
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&score.to_le_bytes());
        }
        let at = flat.core.give_aligned(&bytes)?;
        flat.span((at, self.len() as u32));
        Ok(())
    }
}

impl Give for u32 {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(*self);
        Ok(())
    }
}

impl Give for u64 {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u64(*self);
        Ok(())
    }
}

impl Give for i64 {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.push(Val::I64(*self));
        Ok(())
    }
}

impl Give for f64 {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.push(Val::F64(self.to_bits()));
        Ok(())
    }
}

impl Give for Order {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(*self as u32);
        Ok(())
    }
}

/// One function of an interface for collections; all of them answer with the address of their result.
pub(super) struct Call {
    function: Func,
    post_return: Option<TypedFunc<u32, ()>>,
}

impl Call {
    pub(super) fn find(core: &mut Core, interface: &str, name: &str) -> Result<Call> {
        let name = format!("ferrite:store/{interface}@{}#{name}", super::CONTRACT);
        let function = core
            .instance
            .get_func(&mut core.store, &name)
            .ok_or_else(|| wasmtime::Error::msg(format!("the store component exports no {name}")))?;
        let post_return = match core.instance.get_func(&mut core.store, &format!("cabi_post_{name}")) {
            Some(function) => Some(function.typed(&core.store)?),
            None => None,
        };
        Ok(Call { function, post_return })
    }

    pub(super) fn call<T: Load>(&self, core: &mut Core, arguments: &[&dyn Give]) -> Result<T> {
        let mut flat = Flat { core, values: [Val::I32(0); Flat::MOST], len: 0 };
        for argument in arguments {
            argument.give(&mut flat)?;
        }
        let (values, len) = (flat.values, flat.len);
        let mut result = [Val::I32(0)];
        self.function.call(&mut core.store, values.get(..len).unwrap_or_default(), &mut result)?;
        let at = result[0].i32().unwrap_or_default().cast_unsigned();
        let value = T::load(core.memory(), at)?;
        if let Some(post_return) = &self.post_return {
            post_return.call(&mut core.store, at)?;
        }
        Ok(value)
    }
}

/// An interface: its exports, and a function for each on one store. Functions fail with a [`CollectionError`] if nothing else
/// is said.
macro_rules! interface {
    ($exports:ident, $on:ident, $name:literal { $($functions:tt)* }) => {
        $crate::wasm::collections::interface!(
            $exports, $on, $name, $crate::wasm::collections::CollectionError { $($functions)* }
        );
    };
    ($exports:ident, $on:ident, $name:literal, $error:ty { $($function:ident = $wit:literal ($($argument:ident: $type:ty),*) -> $result:ty;)* }) => {
        /// The exports of the interface.
        pub(super) struct $exports { $($function: $crate::wasm::collections::Call,)* }

        impl $exports {
            pub(super) fn find(core: &mut $crate::wasm::core::Core) -> $crate::wasm::core::Result<$exports> {
                Ok($exports { $($function: $crate::wasm::collections::Call::find(core, $name, $wit)?,)* })
            }
        }

        /// The interface on one store.
        pub(crate) struct $on<'a>(pub(super) &'a mut $crate::wasm::core::Core, pub(super) &'a $exports);

        impl $on<'_> {
            $(
                pub(crate) fn $function(&mut self, $($argument: $type),*) -> $crate::wasm::core::Result<::std::result::Result<$result, $error>> {
                    self.1.$function.call(self.0, &[$(&$argument),*])
                }
            )*
        }
    };
}
pub(super) use interface;
