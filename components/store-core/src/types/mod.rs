//! Data types: what a value can be and do, without a word about commands.

pub mod bitmap;
#[cfg(feature = "collections")]
pub mod collection;
#[cfg(not(feature = "collections"))]
#[path = "no_collection.rs"]
pub mod collection;
pub mod element;
pub mod geo;
#[cfg(feature = "collections")]
pub mod hash;
pub mod hyperloglog;
pub mod intset;
pub mod lcs;
#[cfg(feature = "collections")]
pub mod list;
pub mod listpack;
#[cfg(feature = "collections")]
pub mod set;
#[cfg(feature = "collections")]
pub mod sorted_set;
#[cfg(feature = "collections")]
pub mod stream;
pub mod string;
pub mod typed;

pub use collection::{Collection, Inverses};
pub use element::{Element, Text};
#[cfg(feature = "collections")]
pub use hash::Hash;
#[cfg(feature = "collections")]
pub use list::List;
pub use listpack::Listpack;
#[cfg(feature = "collections")]
pub use set::Set;
#[cfg(feature = "collections")]
pub use sorted_set::SortedSet;
#[cfg(feature = "collections")]
pub use stream::Stream;
pub use typed::{Kind, Typed};
