//! VREM and VSETATTR: elements removed, and what is said of them.

use crate::commands::vectors::arguments::check_element;
use crate::commands::vectors::writing::change;
use crate::context::Context;
use crate::error::Error;
use crate::memory;

pub(super) fn vrem(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(2);
    let mut is_removed = false;
    change(cx, "vrem", None, &mut |set, log| is_removed = set.remove(name, log))?;
    cx.out.boolean(is_removed);
    Ok(())
}

pub(super) fn vsetattr(cx: &mut Context<'_>) -> Result<(), Error> {
    let (name, attributes) = (cx.arg(2), cx.arg(3));
    check_element(name, attributes)?;
    if !memory::has_room(attributes.len()) {
        return Err(Error::OutOfMemory);
    }
    let mut is_set = false;
    let attributes = Some(attributes).filter(|text| !text.is_empty());
    change(cx, "vsetattr", None, &mut |set, log| is_set = set.set_attributes(name, attributes, log))?;
    cx.out.boolean(is_set);
    Ok(())
}
