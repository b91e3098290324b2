//! `ferrite:store/vectors` for functions.

use std::borrow::Cow;

use wasmtime::component::{ComponentType, Lift, WasmList, WasmStr};

use super::collections::{Bytes, Lists, Size, given, is_readable, size};
use super::cost::Linking;
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, charge, cost, on_store, shard, slices};
use crate::wasm::StoreInstance;
use crate::wasm::vectors::{Element, ElementGiven, Error, Figures, Match, Options, QueryGiven};

/// What a host function returns.
type Got<T> = wasmtime::Result<(Result<T, Error>,)>;

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("create", create)?;
    interface.func_wrap("add", add_elements)?;
    interface.func_wrap("remove", remove)?;
    interface.func_wrap("get", get)?;
    interface.func_wrap("search", search)?;
    interface.func_wrap("describe", describe)
}

/// What one call may be given of vectors, in bytes: the host takes a copy.
const VECTOR_BYTES: u64 = 64 << 20;

/// An element that the function gives.
#[derive(ComponentType, Lift)]
#[component(record)]
struct Given {
    #[component(name = "name")]
    name: Bytes,
    #[component(name = "vector")]
    vector: WasmList<f32>,
    #[component(name = "attributes")]
    attributes: Option<Bytes>,
}

/// What the function looks for.
#[derive(ComponentType, Lift)]
#[component(record)]
struct Query {
    #[component(name = "vector")]
    vector: WasmList<f32>,
    #[component(name = "count")]
    count: u32,
    #[component(name = "ef")]
    ef: u32,
    #[component(name = "filter")]
    filter: WasmStr,
}

fn floats(count: usize) -> u64 {
    cost::bytes(4 * count)
}

impl Given {
    /// What its bytes cost.
    fn fuel(&self) -> u64 {
        cost::ELEMENT + floats(self.vector.len()) + self.name.fuel() + self.attributes.fuel()
    }
}

impl Query {
    /// What its bytes cost, and the search among so many.
    fn fuel(&self, filter: &str, vectors: u64) -> u64 {
        let ef = u64::from(if self.ef == 0 { cost::USUAL_EF } else { self.ef }.max(self.count));
        cost::ELEMENT + floats(self.vector.len()) + cost::looks(ef, !filter.is_empty(), vectors)
    }
}

impl Size for Element {
    fn fuel(&self) -> u64 {
        self.name.fuel() + floats(self.vector.len()) + self.attributes.fuel()
    }
}

impl Size for Match {
    fn fuel(&self) -> u64 {
        cost::ELEMENT + self.name.fuel() + self.attributes.fuel()
    }
}

/// Runs a call on the store; `fuel` is what its arguments cost, `returned` what its result does.
fn run<T>(
    context: &mut Context<'_>,
    touch: Touch<'_>,
    fuel: u64,
    call: impl FnOnce(&Context<'_>, &mut StoreInstance) -> wasmtime::Result<Result<T, Error>>,
    returned: impl FnOnce(&T) -> u64,
) -> Got<T> {
    let amount = cost::CALL.saturating_add(fuel);
    let result = on_store(context, touch, Error::NotPermitted, amount, |context, _, store| call(context, store))?;
    if let Ok(value) = &result {
        charge(context, returned(value))?;
    }
    Ok((result,))
}

/// The numbers of vectors that the function gives, once all that it gives is paid for; none when they are too many.
fn numbers<'a>(
    context: &mut Context<'_>,
    fuel: u64,
    vectors: impl Iterator<Item = &'a WasmList<f32>> + Clone,
) -> wasmtime::Result<Option<Vec<Vec<f32>>>> {
    charge(context, fuel)?;
    if vectors.clone().map(|vector| 4 * vector.len() as u64).sum::<u64>() > VECTOR_BYTES {
        return Ok(None);
    }
    vectors.map(|vector| vector.iter(&mut *context)?.collect()).collect::<wasmtime::Result<_>>().map(Some)
}

fn too_many<T>() -> Got<T> {
    Ok((Err(Error::TooManyElements),))
}

fn create(mut context: Context<'_>, (key, options): (Bytes, Options)) -> Got<bool> {
    let fuel = key.fuel();
    run(
        &mut context,
        Touch::Write(&key),
        fuel,
        |context, store| store.vectors().create(key.as_le_slice(context), options),
        |_| 0,
    )
}

/// What linking one more vector depends on, as far as the function may know the set.
fn linking(context: &Context<'_>, key: &Bytes) -> wasmtime::Result<Linking> {
    if !is_readable(context, key) {
        return Ok(Linking::default());
    }
    Linking::of(&mut shard(context.data())?.store.borrow_mut(), key.as_le_slice(context))
}

fn add_elements(mut context: Context<'_>, (key, elements): (Bytes, WasmList<Given>)) -> Got<u64> {
    let Some(elements) = given(&mut context, &elements)? else { return too_many() };
    let each = linking(&context, &key)?.fuel(elements.len() as u64);
    let fuel = elements.iter().fold(key.fuel(), |fuel, element| fuel.saturating_add(each + element.fuel()));
    let Some(numbers) = numbers(&mut context, fuel, elements.iter().map(|element| &element.vector))? else {
        return too_many();
    };
    let call = |context: &Context<'_>, store: &mut StoreInstance| {
        let borrowed = |(element, vector): (&Given, _)| ElementGiven {
            name: element.name.as_le_slice(context),
            vector,
            attributes: element.attributes.as_ref().map(|attributes| attributes.as_le_slice(context)),
        };
        let given = elements.iter().zip(numbers.iter().map(Vec::as_slice));
        let elements: Vec<ElementGiven<'_>> = given.map(borrowed).collect();
        store.vectors().add(key.as_le_slice(context), &elements)
    };
    run(&mut context, Touch::Write(&key), 0, call, |_| 0)
}

fn remove(mut context: Context<'_>, (key, names): (Bytes, Lists)) -> Got<u64> {
    let Some(names) = given(&mut context, &names)? else { return too_many() };
    // Its neighbours are linked with each other.
    let each = cost::ELEMENT + linking(&context, &key)?.fuel(0);
    let fuel = names.iter().fold(key.fuel(), |fuel, name| fuel.saturating_add(each + name.fuel()));
    run(
        &mut context,
        Touch::Write(&key),
        fuel,
        |context, store| store.vectors().remove(key.as_le_slice(context), &slices(context, &names)),
        |_| 0,
    )
}

fn get(mut context: Context<'_>, (key, names): (Bytes, Lists)) -> Got<Vec<Option<Element>>> {
    let Some(names) = given(&mut context, &names)? else { return too_many() };
    let fuel = key.fuel() + names.fuel();
    run(
        &mut context,
        Touch::Read(&key),
        fuel,
        |context, store| store.vectors().get(key.as_le_slice(context), &slices(context, &names)),
        |elements| elements.iter().map(|element| cost::ELEMENT + element.fuel()).sum(),
    )
}

fn search(mut context: Context<'_>, (key, queries): (Bytes, WasmList<Query>)) -> Got<Vec<Vec<Match>>> {
    let Some(queries) = given(&mut context, &queries)? else { return too_many() };
    let vectors = size(&context, &key)?;
    let mut fuel = key.fuel();
    for query in &queries {
        // Charged one by one: the same long text may stand in all of them, and is read for each.
        let filter = query.filter.to_str(&context)?;
        let (length, own) = (cost::bytes(filter.len()), query.fuel(&filter, vectors));
        drop(filter);
        charge(&mut context, length)?;
        fuel = fuel.saturating_add(own);
    }
    let Some(numbers) = numbers(&mut context, fuel, queries.iter().map(|query| &query.vector))? else {
        return too_many();
    };
    let call = |context: &Context<'_>, store: &mut StoreInstance| {
        let filters: Vec<Cow<'_, str>> =
            queries.iter().map(|query| query.filter.to_str(context)).collect::<wasmtime::Result<_>>()?;
        let mut given = Vec::with_capacity(queries.len());
        for ((Query { count, ef, .. }, filter), vector) in queries.iter().zip(&filters).zip(&numbers) {
            given.push(QueryGiven { vector, count: *count, ef: *ef, filter });
        }
        store.vectors().search(key.as_le_slice(context), &given)
    };
    let returned = |found: &Vec<Vec<Match>>| found.iter().flatten().map(Size::fuel).sum();
    run(&mut context, Touch::Read(&key), 0, call, returned)
}

fn describe(mut context: Context<'_>, (key,): (Bytes,)) -> Got<Option<Figures>> {
    let fuel = key.fuel();
    run(
        &mut context,
        Touch::Read(&key),
        fuel,
        |context, store| store.vectors().describe(key.as_le_slice(context)),
        |_| 0,
    )
}
