//! Keys and arguments on their way into a function: a list of byte strings for which nothing is allocated when it is
//! empty.

use std::mem::MaybeUninit;

use ferrite_resp::Args;
use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LowerContext};
use wasmtime::component::{ComponentType, Lower};
use wasmtime::{Result, ValRaw};

/// `list<list<u8>>`, lowered as wasmtime lowers a slice. For an empty list wasmtime asks the guest's allocator for no
/// bytes, a call into the guest and back; most calls have no keys or no arguments, and many have neither.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a>(pub(crate) Args<'a>);

/// What an empty list points at: never read, aligned as its elements would be, not null.
const NOWHERE: i64 = 4;

// SAFETY: everything is that of `[Vec<u8>]`, which is `list<list<u8>>`.
unsafe impl ComponentType for Words<'_> {
    type Lower = <[Vec<u8>] as ComponentType>::Lower;

    const ABI: CanonicalAbiInfo = <[Vec<u8>] as ComponentType>::ABI;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> Result<()> {
        <[Vec<u8>]>::typecheck(ty, types)
    }
}

// SAFETY: `dst` is written whole: by the slice, or here with an address and a length that the canonical ABI allows for
// an empty list, in 64 bits as wasmtime writes them itself.
unsafe impl Lower for Words<'_> {
    #[inline]
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        dst: &mut MaybeUninit<Self::Lower>,
    ) -> Result<()> {
        if self.0.is_empty() {
            dst.write([ValRaw::i64(NOWHERE), ValRaw::i64(0)]);
            return Ok(());
        }
        let words: Vec<&[u8]> = self.0.iter().collect();
        words.linear_lower_to_flat(cx, ty, dst)
    }

    fn linear_lower_to_memory<T>(&self, cx: &mut LowerContext<'_, T>, ty: InterfaceType, offset: usize) -> Result<()> {
        let words: Vec<&[u8]> = self.0.iter().collect();
        words.linear_lower_to_memory(cx, ty, offset)
    }
}
