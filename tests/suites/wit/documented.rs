//! Every item says what it is and since when.

use anyhow::{Context, Result};
use wit_parser::{Docs, Function, PackageId, Resolve, Stability, TypeDef, TypeDefKind, WorldItem};

use crate::{PACKAGES, resolve};

#[test]
fn every_item_is_documented_and_has_a_version() -> Result<()> {
    let mut items = 0;
    let mut missing = Vec::new();
    for folder in PACKAGES {
        let (resolve, package) = resolve(folder)?;
        let mut check = Check { resolve: &resolve, items: &mut items, missing: &mut missing };
        check.package(package)?;
    }
    assert!(missing.is_empty(), "not documented, or without @since:\n{}", missing.join("\n"));
    assert!(items > 100, "only {items} items were looked at");
    Ok(())
}

struct Check<'a> {
    resolve: &'a Resolve,
    items: &'a mut usize,
    missing: &'a mut Vec<String>,
}

impl Check<'_> {
    fn package(&mut self, package: PackageId) -> Result<()> {
        let package = self.resolve.packages.get(package).context("it has just been resolved")?;
        for (name, id) in &package.interfaces {
            let interface = self.resolve.interfaces.get(*id).context("the package names it")?;
            let path = format!("{}/{name}", package.name.name);
            self.item(&path, &interface.docs, Some(&interface.stability));
            for (name, id) in &interface.types {
                let definition = self.resolve.types.get(*id).context("the interface names it")?;
                self.definition(&format!("{path}.{name}"), definition);
            }
            for function in interface.functions.values() {
                self.function(&path, function);
            }
        }
        for (name, id) in &package.worlds {
            let world = self.resolve.worlds.get(*id).context("the package names it")?;
            let path = format!("{}/{name}", package.name.name);
            self.item(&path, &world.docs, Some(&world.stability));
            for export in world.exports.values() {
                if let WorldItem::Function(function) = export {
                    self.item(&format!("{path}.{}", function.name), &function.docs, None);
                }
            }
        }
        Ok(())
    }

    fn definition(&mut self, path: &str, definition: &TypeDef) {
        // `use` makes an alias, which is documented where it comes from.
        if matches!(definition.kind, TypeDefKind::Type(wit_parser::Type::Id(_))) && definition.docs.contents.is_none() {
            return;
        }
        self.item(path, &definition.docs, Some(&definition.stability));
        let parts: Vec<(&str, &Docs)> = match &definition.kind {
            TypeDefKind::Record(record) => record.fields.iter().map(|part| (part.name.as_str(), &part.docs)).collect(),
            TypeDefKind::Variant(variant) => {
                variant.cases.iter().map(|part| (part.name.as_str(), &part.docs)).collect()
            }
            TypeDefKind::Enum(cases) => cases.cases.iter().map(|part| (part.name.as_str(), &part.docs)).collect(),
            TypeDefKind::Flags(flags) => flags.flags.iter().map(|part| (part.name.as_str(), &part.docs)).collect(),
            _ => Vec::new(),
        };
        for (name, docs) in parts {
            self.item(&format!("{path}.{name}"), docs, None);
        }
    }

    fn function(&mut self, path: &str, function: &Function) {
        // What belongs to a resource has the resource's version.
        let stability = function.kind.resource().is_none().then_some(&function.stability);
        self.item(&format!("{path}.{}", function.name), &function.docs, stability);
    }

    fn item(&mut self, path: &str, docs: &Docs, stability: Option<&Stability>) {
        *self.items += 1;
        let documented = docs.contents.as_deref().is_some_and(|text| !text.trim().is_empty());
        if !documented || stability.is_some_and(|stability| !matches!(stability, Stability::Stable { .. })) {
            self.missing.push(path.to_owned());
        }
    }
}
