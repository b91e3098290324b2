//! `ferrite:store/commands` for functions: any command of the table, and calls of other functions.

use wasmtime::component::WasmList;

use super::cost::{self, Work};
use super::interface::Interface;
use super::{
    Context, charge, command_keys, count_store_call, inner_lists, nested, shard, slices, total_bytes, trapped,
};
use crate::udf::bindings::{Limit, Node, commands::Error};
use crate::udf::limits::{COMMAND_ARGUMENTS, REPLY_NODES};
use crate::udf::permissions::Permissions;
use crate::wasm::StoreInstance;

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("execute", execute)
}

type Executed = Result<Vec<Node>, Error>;

fn execute(mut context: Context<'_>, (argv,): (WasmList<WasmList<u8>>,)) -> wasmtime::Result<(Executed,)> {
    if argv.len() > COMMAND_ARGUMENTS {
        return Ok((Err(exceeded("command-arguments", COMMAND_ARGUMENTS, argv.len())),));
    }
    let lists = inner_lists(&mut context, &argv)?;
    charge(&mut context, cost::CALL + cost::ELEMENT * lists.len() as u64 + total_bytes(&lists))?;
    let argv = slices(&context, &lists);
    let Some(&name) = argv.first() else {
        return Ok((Err(Error::Command("ERR empty command".to_owned())),));
    };
    let functions = &shard(context.data())?.functions;
    if let Some(call) = nested::Call::parse(functions, name, &argv) {
        let executed = match call {
            Ok(call) => nested::run(&mut context, call)?,
            Err(error) => Err(error),
        };
        return Ok((executed,));
    }
    if context.data().call.permissions.contains(Permissions::ADMIN) {
        let administered = shard(context.data())?.store.borrow_mut().administer(&argv)?;
        if let Some(executed) = administered {
            count_store_call(&mut context)?;
            return Ok((answer(&mut context, executed)?,));
        }
    }
    if let Some(refusal) = refusal(&context, name, &argv)? {
        return Ok((Err(Error::NotPermitted(refusal)),));
    }
    let work = cost::work(name);
    let amount = if work == Work::Plain { 0 } else { amount(&context, work, &argv)? };
    charge(&mut context, amount)?;
    count_store_call(&mut context)?;
    let executed = {
        let shard = shard(context.data())?;
        let mut store = shard.store.borrow_mut();
        // Which commands write, the engine knows: in a transaction that only reads it refuses them.
        shard.functions.running().open_transactions(&mut store).map_err(trapped)?;
        store.execute(&slices(&context, &lists))?
    };
    Ok((answer(&mut context, executed)?,))
}

/// The reply, once it is paid for.
fn answer(context: &mut Context<'_>, executed: Executed) -> wasmtime::Result<Executed> {
    if let Ok(nodes) = &executed {
        charge(context, cost::reply(nodes))?;
        if nodes.len() > REPLY_NODES {
            return Ok(Err(exceeded("reply-nodes", REPLY_NODES, nodes.len())));
        }
    }
    Ok(executed)
}

/// Why the function may not run this command; none when it may, as far as the host knows.
#[inline]
fn refusal(context: &Context<'_>, name: &[u8], argv: &[&[u8]]) -> wasmtime::Result<Option<String>> {
    let guest = context.data();
    if !guest.call.permissions.contains(Permissions::READ) {
        let name = &guest.name;
        return Ok(Some(format!("function '{name}' was loaded without PERMISSIONS READ")));
    }
    match &guest.call.scope {
        None => Ok(None),
        Some(scope) => command_keys::refusal(&mut shard(guest)?.store.borrow_mut(), scope, name, argv),
    }
}

fn exceeded(limit: &str, allowed: usize, requested: usize) -> Error {
    Error::LimitExceeded(Limit { name: limit.to_owned(), allowed: allowed as u64, requested: requested as u64 })
}

/// What a command costs that does more than its arguments tell. The function may read
/// what is asked of the store for it: that was checked before.
fn amount(context: &Context<'_>, work: Work, argv: &[&[u8]]) -> wasmtime::Result<u64> {
    let guest = context.data();
    let shard = shard(guest)?;
    let mut store = shard.store.borrow_mut();
    let argument = |index: usize| argv.get(index).copied().unwrap_or_default();
    let mut value = |key: &[u8]| value(&mut store, key);
    Ok(match work {
        Work::Plain => 0,
        Work::Value(index) => value(argument(index))?,
        Work::Values(first) => total(argv.get(first..), &mut value)?,
        Work::Counted(index) => {
            let count = cost::parse(argument(index)).and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
            let keys = argv.get(index + 1..).unwrap_or_default();
            total(keys.get(..count.min(keys.len())), &mut value)?
        }
        Work::Product(a, b) => value(argument(a))?.saturating_mul(value(argument(b))?),
        Work::Search => cost::search(argv, store.keys().size(argument(1))?.unwrap_or_default()),
        Work::Link => cost::link(argv, cost::Linking::of(&mut store, argument(1))?),
        Work::Extent(index) => cost::parse(argument(index + 1)).unwrap_or_default().min(LONGEST),
        Work::Bit(index) => (cost::parse(argument(index + 1)).unwrap_or_default() / 8).min(LONGEST),
        Work::Bits => {
            /// The widest integer of BITFIELD, by which `#` counts.
            const WIDEST: u64 = 64;
            let bit = |text: &&[u8]| match text.strip_prefix(b"#") {
                Some(text) => cost::parse(text).map(|number| number.saturating_mul(WIDEST)),
                None => cost::parse(text),
            };
            (argv.iter().filter_map(bit).max().unwrap_or_default() / 8).min(LONGEST)
        }
        Work::HyperLogLogs => cost::REGISTERS * argv.len() as u64,
        Work::AllKeys => store.measure().map_err(trapped)?.keys.saturating_mul(cost::VISIT),
        Work::Scan => {
            let keys = store.measure().map_err(trapped)?.keys;
            cost::scan_count(argv).min(keys).saturating_mul(cost::VISIT)
        }
        Work::ScanOf(index) => cost::scan_count(argv).saturating_mul(cost::VISIT).min(value(argument(index))?),
    })
}

/// The longest string, in fuel.
const LONGEST: u64 = 512 << 20;

/// What going through a value costs: the bytes of a string, the elements of anything else.
fn value(store: &mut StoreInstance, key: &[u8]) -> wasmtime::Result<u64> {
    if let Ok(length) = store.strings().length(key)? {
        return Ok(length);
    }
    Ok(store.keys().size(key)?.unwrap_or_default().saturating_mul(cost::VISIT))
}

fn total(keys: Option<&[&[u8]]>, value: &mut impl FnMut(&[u8]) -> wasmtime::Result<u64>) -> wasmtime::Result<u64> {
    keys.unwrap_or_default().iter().try_fold(0u64, |sum, key| Ok(sum.saturating_add(value(key)?)))
}
