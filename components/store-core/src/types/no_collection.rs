//! Without the feature `collections`, every value is a string: there is no collection, and nothing to undo in one.

use std::convert::Infallible;
use std::ops::{Deref, DerefMut};

use super::typed::Typed;

/// A value that is no string: there is none.
pub struct Collection(Infallible);

/// How to undo what one command did to one collection: none did.
pub struct Inverses(Infallible);

impl Collection {
    /// As [`Typed::due_ms`].
    pub fn due_ms(&self) -> Option<i64> {
        match self.0 {}
    }
}

impl Deref for Collection {
    type Target = dyn Typed;

    fn deref(&self) -> &Self::Target {
        match self.0 {}
    }
}

impl DerefMut for Collection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self.0 {}
    }
}

impl Inverses {
    /// The bytes that they take beyond their own size.
    pub fn bytes(&self) -> usize {
        match self.0 {}
    }

    /// Undoes all of them.
    pub fn revert(self, _: &mut Collection) {
        match self.0 {}
    }
}
