//! Data types: what a value can be and do, without a word about commands.

pub mod bitmap;
pub mod collection;
pub mod element;
pub mod geo;
pub mod hash;
pub mod hyperloglog;
pub mod intset;
pub mod lcs;
pub mod list;
pub mod listpack;
pub mod positions;
pub mod set;
pub mod sorted_set;
pub mod stream;
pub mod string;
pub mod typed;
#[cfg(feature = "vectors")]
pub mod vector_set;
#[cfg(feature = "vectors")]
pub mod vectors;

pub use collection::{Collection, Inverses};
pub use element::{Element, Text};
pub use hash::Hash;
pub use list::List;
pub use listpack::Listpack;
pub use set::Set;
pub use sorted_set::SortedSet;
pub use stream::Stream;
pub use typed::{Kind, Typed};
#[cfg(feature = "vectors")]
pub use vector_set::VectorSet;
