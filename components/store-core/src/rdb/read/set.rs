//! Sets: members, or all of them packed.

use super::{BAD_PACK, TWICE, listpack};
use crate::keyspace::limits::Limits;
use crate::rdb::input::{Input, Read};
use crate::rdb::types;
use crate::types::intset::IntSet;
use crate::types::{Element, Set};

pub(super) fn element(form: u8, set: &mut Set, input: &mut Input<'_>, limits: &Limits) -> Read<()> {
    match form {
        types::SET_INTSET => {
            let integers = IntSet::from_bytes(&input.string()?).ok_or(BAD_PACK)?;
            *set = Set::of_integers(integers, limits);
        }
        types::SET_LISTPACK => {
            if !listpack(input)?.iter().all(|member| set.build(member, limits)) {
                return Err(TWICE);
            }
        }
        _ => {
            if !set.build(Element::Bytes(&input.string()?), limits) {
                return Err(TWICE);
            }
        }
    }
    Ok(())
}
