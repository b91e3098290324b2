//! What all types but strings have in common.

use super::collection::{Collection, Inverses};

/// What may be asked of every collection.
pub trait Typed {
    /// The name that TYPE gives it.
    fn type_name(&self) -> &'static str;

    /// The name that `OBJECT ENCODING` gives it.
    fn encoding(&self) -> &'static str;

    /// Whether nothing is left in it: then its key goes.
    fn is_empty(&self) -> bool;

    /// How many allocations it has, about: what it costs to free it.
    fn weight(&self) -> usize;

    /// The bytes that it takes beyond its own size, estimated from so many of its elements (0: all).
    fn memory(&self, samples: usize) -> usize;

    /// Frees some of it, about `budget` allocations, which it takes off; true when nothing is left. It is only fit to be
    /// freed further afterwards.
    fn free_some(&mut self, budget: &mut usize) -> bool;

    /// A copy.
    fn duplicate(&self) -> Collection;

    /// When something inside expires, in milliseconds since the Unix epoch, or a time before that.
    fn due_ms(&self) -> Option<i64> {
        None
    }
}

/// A type of collection.
pub trait Kind: Typed + Default + Sized {
    /// How to undo one change.
    type Inverse;

    /// Whether parts of it may expire, see [`Typed::due_ms`].
    const EXPIRES: bool = false;

    /// The collection, if it is one of this type.
    fn of(collection: &Collection) -> Option<&Self>;

    /// The collection, if it is one of this type, to be changed.
    fn of_mut(collection: &mut Collection) -> Option<&mut Self>;

    /// It as a collection.
    fn into_collection(self) -> Collection;

    /// Undoes one change. All that were made after it have been undone.
    fn revert(&mut self, inverse: Self::Inverse);

    /// The bytes that an inverse takes beyond its own size.
    fn inverse_bytes(inverse: &Self::Inverse) -> usize;

    /// How to undo several changes, oldest first.
    fn inverses(inverses: Vec<Self::Inverse>) -> Inverses;
}
