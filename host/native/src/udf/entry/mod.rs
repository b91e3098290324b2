//! What of a component can be called, and how: one file for each way.
//!
//! [`Entries`] are found once, when a component is loaded; [`Request`] is what a client or a function asks of them.

pub(crate) mod described;
pub(crate) mod packed;
mod plain;
pub(crate) mod policy;
pub(crate) mod signature;
mod text;
pub(crate) mod typed;
pub(crate) mod values;

use ferrite_resp::Args;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, ComponentExportIndex};

use super::world::expected;
pub(crate) use described::{Data, Described};
pub(crate) use packed::Packed;
pub(crate) use plain::{Callable, Plain};
pub(crate) use policy::PolicyEntry;
pub(crate) use typed::{Typed, TypedSet};

/// What a component can be asked for.
#[derive(Debug)]
pub(crate) struct Entries {
    /// `call` or `call-with-values`, for calls by the function's name alone.
    pub(crate) plain: Option<Plain>,
    /// `call-packed`, beside `call`.
    pub(crate) packed: Option<ComponentExportIndex>,
    /// The commands that it adds.
    pub(crate) commands: Option<CommandEntry>,
    /// Every other exported function, for calls by `name.function`.
    pub(crate) typed: TypedSet,
    /// What the AI gateway asks; the functions are among the typed ones too.
    pub(crate) policy: Option<PolicyEntry>,
}

/// The exports of the world `command`.
#[derive(Debug)]
pub(crate) struct CommandEntry {
    pub(crate) describe: ComponentExportIndex,
    pub(crate) execute: ComponentExportIndex,
}

/// What is asked of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Request<'a> {
    /// By its name alone.
    Call { keys: Args<'a>, args: Args<'a> },
    /// One of its typed functions. Keys say only what the call declares; the function gets arguments.
    Typed { function: &'a Typed, keys: Args<'a>, args: Args<'a> },
    /// One of its commands, the name first.
    Command { described: &'a Described, argv: Args<'a> },
}

impl<'a> Request<'a> {
    /// The keys that the call declares, in their order.
    pub(crate) fn keys(&self) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        match *self {
            Request::Call { keys, .. } | Request::Typed { keys, .. } => Box::new(keys.iter()),
            Request::Command { described, argv } => {
                Box::new(described.key_positions(argv).filter_map(move |position| argv.get(position)))
            }
        }
    }
}

impl Entries {
    /// Finds them. The error says why there are none, or which has another type than its world says.
    pub(crate) fn find(component: &Component) -> Result<Entries, String> {
        let (ty, engine) = (component.component_type(), component.engine());
        let exported = |name: &str| ty.get_export(engine, name).map(|export| export.ty);
        let index = |name: &str| component.get_export_index(None, name).ok_or_else(expected);
        let mut taken = Vec::new();
        let mut plain = None;
        for (name, kind) in [("call", Plain::Call as fn(_) -> _), ("call-with-values", Plain::WithValues)] {
            let Some(item) = exported(name) else { continue };
            if !matches!(item, ComponentItem::ComponentFunc(_)) {
                return Err(format!("the export `{name}` is no function; {}", expected()));
            }
            if plain.replace(kind(index(name)?)).is_some() {
                return Err("the component exports both `call` and `call-with-values`, and is called by one".to_owned());
            }
            taken.push(name);
        }
        let packed = match exported("call-packed") {
            Some(ComponentItem::ComponentFunc(_)) if matches!(plain, Some(Plain::Call(_))) => {
                taken.push("call-packed");
                Some(index("call-packed")?)
            }
            _ => None,
        };
        let is_function = |name: &str| matches!(exported(name), Some(ComponentItem::ComponentFunc(_)));
        let commands = if is_function("describe") && is_function("execute") {
            taken.extend(["describe", "execute"]);
            Some(CommandEntry { describe: index("describe")?, execute: index("execute")? })
        } else {
            None
        };
        let typed = TypedSet::find(component, &taken)?;
        if plain.is_none() && commands.is_none() && typed.callable().next().is_none() {
            let names: Vec<&str> = ty.exports(engine).map(|(name, _)| name).collect();
            let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            let why = typed.refused().map(|(name, why)| format!("; `{name}` cannot be called: {why}"));
            return Err(format!(
                "the component exports {names}, but not `call`, and no other function that can be called{}; {}",
                why.collect::<String>(),
                expected()
            ));
        }
        Ok(Entries { plain, packed, commands, typed, policy: PolicyEntry::find(component) })
    }

    /// Each function as WIT writes it, then those that cannot be called, with the reason.
    pub(crate) fn signatures(&self) -> Vec<String> {
        let plain = self.plain.map(|plain| plain.signature().to_owned());
        let typed = self.typed.callable().map(|typed| format!("{}: {}", typed.name, typed.signature.text));
        let refused = self.typed.refused().map(|(name, why)| format!("{name}: cannot be called: {why}"));
        plain.into_iter().chain(typed).chain(refused).collect()
    }
}

/// What a function with typed functions, but no `call`, answers to its plain name.
pub(crate) fn no_call(name: &str, entries: &Entries) -> String {
    let mut ways: Vec<String> = entries.typed.callable().map(|typed| format!("{name}.{}", typed.name)).collect();
    if entries.commands.is_some() {
        ways.push("its commands".to_owned());
    }
    format!("ERR wasm: '{name}' has no `call`; it is called by {}", ways.join(", "))
}
