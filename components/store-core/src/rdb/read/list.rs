//! Lists: elements, or nodes of them.

use super::{BAD_PACK, from_ziplist, listpack};
use crate::keyspace::limits::Limits;
use crate::rdb::input::{Input, Read, Stop};
use crate::rdb::types;
use crate::types::{List, Listpack};

/// In front of a node that is one long element.
const PLAIN: u64 = 1;
/// In front of a node that is a listpack.
const PACKED: u64 = 2;
/// Nodes of up to so many bytes, Redis' own default, stay what they are.
const NODE_BYTES: usize = 8 << 10;

pub(super) fn element(form: u8, list: &mut List, input: &mut Input<'_>, limits: &Limits) -> Read<()> {
    let pack = match form {
        types::LIST => {
            list.build(&input.string()?, limits);
            return Ok(());
        }
        types::LIST_QUICKLIST_2 => match input.length()? {
            PLAIN => {
                list.build(&input.string()?, limits);
                return Ok(());
            }
            PACKED => listpack(input)?,
            _ => return Err(Stop::Corrupt("an unknown form of a list's node")),
        },
        _ => from_ziplist(input)?,
    };
    if pack.is_empty() && form == types::LIST_QUICKLIST_2 {
        return Err(BAD_PACK);
    }
    add(list, pack, limits);
    Ok(())
}

fn add(list: &mut List, pack: Listpack, limits: &Limits) {
    if pack.as_bytes().len() <= NODE_BYTES {
        list.push_pack(pack);
    } else {
        pack.iter().for_each(|element| list.build(&element.text(), limits));
    }
}
