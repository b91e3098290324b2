//! `wasi:filesystem` and `wasi:sockets` for a function that was granted neither: every function there answers
//! "access denied" in its own way, made from the types that the component imports.

use wasmtime::component::types::{ComponentFunc, ComponentItem, Type};
use wasmtime::component::{Component, Linker, LinkerInstance, Val};

use super::resources::{self, InputStream, IoError, OutputStream, Pollable, Refused};
use crate::udf::guest::Guest;
use crate::udf::imports::{Context, charge, cost};

/// What stands between a component and what it asks for.
struct Door {
    package: &'static str,
    permission: &'static str,
}

const DOORS: [Door; 2] = [
    Door { package: "wasi:filesystem/", permission: "FILESYSTEM" },
    Door { package: "wasi:sockets/", permission: "NETWORK" },
];

/// The cases that say it, in the error types of either package.
const DENIALS: [&str; 2] = ["access-denied", "access"];

/// Offers what the component imports of files and sockets; none where it imports nothing of them.
pub(in crate::udf) fn refuse(linker: &Linker<Guest>, component: &Component) -> wasmtime::Result<Option<Linker<Guest>>> {
    let engine = component.engine();
    let mut refusing = None;
    for (name, import) in component.component_type().imports(engine) {
        let Some(door) = DOORS.iter().find(|door| name.starts_with(door.package)) else { continue };
        let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
        let linker = refusing.get_or_insert_with(|| linker.clone());
        let mut interface = linker.instance(name)?;
        for (item, export) in instance.exports(engine) {
            match export.ty {
                ComponentItem::ComponentFunc(_) => add_function(&mut interface, name, item, door.permission)?,
                ComponentItem::Resource(_) => add_resource(&mut interface, item)?,
                _ => {}
            }
        }
    }
    Ok(refusing)
}

/// A resource under its name, which is that of `wasi:io` where the interface uses it from there.
fn add_resource(interface: &mut LinkerInstance<'_, Guest>, name: &str) -> wasmtime::Result<()> {
    match name {
        "error" => resources::add::<IoError>(interface, name),
        "pollable" => resources::add::<Pollable>(interface, name),
        "input-stream" => resources::add::<InputStream>(interface, name),
        "output-stream" => resources::add::<OutputStream>(interface, name),
        _ => resources::add::<Refused>(interface, name),
    }
}

fn add_function(
    interface: &mut LinkerInstance<'_, Guest>,
    import: &str,
    name: &str,
    permission: &'static str,
) -> wasmtime::Result<()> {
    let shown = format!("{import}#{name}");
    interface.func_new(name, move |mut context: Context<'_>, ty, params, results| {
        charge(&mut context, cost::CALL)?;
        // What was lent is given back, and what was handed over is dropped.
        for param in params {
            if let Val::Resource(resource) = param {
                resource.resource_drop(&mut context)?;
            }
        }
        for (result, value) in results.iter_mut().zip(values(&mut context, &ty)?) {
            *result = value.ok_or_else(|| {
                wasmtime::Error::msg(format!("`{shown}` leads nowhere: the function runs without {permission}"))
            })?;
        }
        Ok(())
    })
}

fn values(context: &mut Context<'_>, ty: &ComponentFunc) -> wasmtime::Result<Vec<Option<Val>>> {
    ty.results().map(|ty| value(context, &ty)).collect()
}

/// A value of the type that says no, or that there is nothing.
fn value(context: &mut Context<'_>, ty: &Type) -> wasmtime::Result<Option<Val>> {
    Ok(match ty {
        Type::Result(result) => match result.err() {
            Some(Type::Enum(error)) => {
                let denial = DENIALS.into_iter().find(|denial| error.names().any(|name| name == *denial));
                denial.map(|denial| Val::Result(Err(Some(Box::new(Val::Enum(denial.to_owned()))))))
            }
            None => Some(Val::Result(Err(None))),
            _ => None,
        },
        Type::Option(_) => Some(Val::Option(None)),
        Type::List(_) => Some(Val::List(Vec::new())),
        Type::Own(_) => {
            let handle = resources::handle::<Refused>(context, 0)?;
            Some(Val::Resource(handle.try_into_resource_any(context)?))
        }
        _ => None,
    })
}
