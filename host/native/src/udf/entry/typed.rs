//! Typed functions: whatever a component exports beside the worlds of `ferrite:udf`, called by `name.function`.

use std::collections::BTreeMap;

use ferrite_resp::Args;
use wasmtime::Store;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, Instance, Val};

use super::super::bindings::Node;
use super::super::failure::Failure;
use super::super::guest::Guest;
use super::super::limits::TYPED_FUNCTIONS;
use super::signature::Signature;
use super::text;
use crate::udf::instance::spend;

/// One of them.
#[derive(Debug)]
pub(crate) struct Typed {
    /// What stands behind the dot: the function's name, or `interface/name` where several interfaces have such a one.
    pub(crate) name: String,
    pub(crate) signature: Signature,
    index: ComponentExportIndex,
}

/// All of a component's.
#[derive(Debug, Default)]
pub(crate) struct TypedSet {
    callable: Vec<Typed>,
    /// Names of those that cannot be called, and why.
    refused: Vec<(String, String)>,
}

/// An exported function, and the interface it stands in.
struct Export {
    interface: Option<String>,
    name: String,
    ty: ComponentFunc,
    index: ComponentExportIndex,
}

impl TypedSet {
    /// Finds them: all exported functions and those of exported interfaces, but the ones whose names are `taken`.
    pub(super) fn find(component: &Component, taken: &[&str]) -> Result<TypedSet, String> {
        let exports = exports(component, taken)?;
        let mut short: BTreeMap<&str, usize> = BTreeMap::new();
        let mut long: BTreeMap<String, usize> = BTreeMap::new();
        for export in &exports {
            *short.entry(&export.name).or_default() += 1;
            *long.entry(export.long_name()).or_default() += 1;
        }
        let mut set = TypedSet::default();
        for export in &exports {
            let is_only = short.get(export.name.as_str()) == Some(&1);
            let name = if is_only { export.name.clone() } else { export.long_name() };
            let reason = if export.name.starts_with('[') {
                Some("it belongs to a resource, which ends with its instance".to_owned())
            } else if !is_only && long.get(&name) != Some(&1) {
                Some("several interfaces of one name have such a function".to_owned())
            } else {
                None
            };
            let signature = match reason {
                Some(reason) => Err(reason),
                None => Signature::of(&export.ty),
            };
            match signature {
                Ok(signature) => set.callable.push(Typed { name, signature, index: export.index }),
                Err(reason) => set.refused.push((name, reason)),
            }
        }
        Ok(set)
    }

    /// Those that can be called.
    pub(crate) fn callable(&self) -> impl Iterator<Item = &Typed> {
        self.callable.iter()
    }

    /// The others, and why.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&str, &str)> {
        self.refused.iter().map(|(name, why)| (name.as_str(), why.as_str()))
    }

    /// The place of the function of this name, or why it cannot be called; none when there is no such one.
    pub(crate) fn named(&self, name: &[u8]) -> Option<Result<usize, &str>> {
        if let Some(place) = self.callable.iter().position(|typed| typed.name.as_bytes() == name) {
            return Some(Ok(place));
        }
        self.refused().find(|(refused, _)| refused.as_bytes() == name).map(|(_, why)| Err(why))
    }

    /// The function at a place that `named` gave.
    pub(crate) fn at(&self, place: usize) -> Option<&Typed> {
        self.callable.get(place)
    }
}

impl Export {
    /// `interface/name`, without the package and the version of the interface.
    fn long_name(&self) -> String {
        match &self.interface {
            None => self.name.clone(),
            Some(interface) => {
                let path = interface.split_once('@').map_or(interface.as_str(), |(path, _)| path);
                let last = path.rsplit_once('/').map_or(path, |(_, last)| last);
                format!("{last}/{}", self.name)
            }
        }
    }
}

fn exports(component: &Component, taken: &[&str]) -> Result<Vec<Export>, String> {
    let (ty, engine) = (component.component_type(), component.engine());
    let mut found = Vec::new();
    let mut add = |interface: Option<(&str, ComponentExportIndex)>, name: &str, ty: ComponentFunc| {
        if found.len() == TYPED_FUNCTIONS {
            return Err(format!("the component exports more than {TYPED_FUNCTIONS} functions"));
        }
        let parent = interface.as_ref().map(|(_, index)| index);
        if let Some(index) = component.get_export_index(parent, name) {
            let interface = interface.map(|(name, _)| name.to_owned());
            found.push(Export { interface, name: name.to_owned(), ty, index });
        }
        Ok(())
    };
    for (name, export) in ty.exports(engine) {
        match export.ty {
            ComponentItem::ComponentFunc(function) if !taken.contains(&name) => add(None, name, function)?,
            ComponentItem::ComponentInstance(instance) => {
                let Some(index) = component.get_export_index(None, name) else { continue };
                for (inner, export) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(function) = export.ty {
                        add(Some((name, index)), inner, function)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Makes values of the words, calls, and makes a reply of the result.
pub(crate) fn call(
    store: &mut Store<Guest>,
    instance: &Instance,
    typed: &Typed,
    args: Args<'_>,
) -> wasmtime::Result<Result<Vec<Node>, Failure>> {
    let signature = &typed.signature;
    let paid = text::cost(&typed.name, signature, args).map_err(Failure::Argument).and_then(|cost| spend(store, cost));
    let values = match paid.and_then(|()| text::values(signature, args).map_err(Failure::Argument)) {
        Ok(values) => values,
        Err(failure) => return Ok(Err(failure)),
    };
    let function = instance
        .get_func(&mut *store, typed.index)
        .ok_or_else(|| wasmtime::Error::msg("the instance has lost a function"))?;
    let mut results = [Val::Bool(false)];
    let used = results.get_mut(..usize::from(signature.result.is_some())).unwrap_or_default();
    function.call(&mut *store, &values, used)?;
    let [result] = results;
    let result = signature.result.as_ref().map(|ty| (ty, result));
    let (reply, cost) = match text::reply(result) {
        Ok(reply) => reply,
        Err(failure) => return Ok(Err(failure)),
    };
    Ok(spend(store, cost).and(reply))
}
