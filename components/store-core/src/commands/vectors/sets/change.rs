//! VREM and VSETATTR: elements removed, and what is said of them.

use crate::commands::vectors::arguments::check_element;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::VectorSet;

pub(super) fn vrem(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(2);
    let mut is_removed = false;
    if let Some(mut writing) = cx.existing::<VectorSet>(1)? {
        let (set, mut log) = writing.edit();
        is_removed = set.remove(name, &mut log);
        writing.event(Class::MODULE, "vrem");
    }
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
    if let Some(mut writing) = cx.existing::<VectorSet>(1)? {
        let (set, mut log) = writing.edit();
        is_set = set.set_attributes(name, Some(attributes).filter(|text| !text.is_empty()), &mut log);
        writing.event(Class::MODULE, "vsetattr");
    }
    cx.out.boolean(is_set);
    Ok(())
}
