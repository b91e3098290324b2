//! The one thread on which modules become functions: read, compile, check. One at a time, and never the shard's.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use super::away::{self, Door};
use super::cache::Cache;
use super::entry::{Described, Entries, Plain, described};
use super::failure::one_line;
use super::grants::Grants;
use super::guest::{Call, Guest};
use super::imports;
use super::instance::{Instance, NoInstance, Template};
use super::limits::{COMPILE_QUEUE, ERROR_BYTES, Limits};
use super::lines::Lines;
use super::permissions::Permissions;
use super::source::Source;
use super::ticker::{Caller, Ticker};
use super::{wasi, world};
use crate::config::WasmSecurity;

/// What is wanted of the worker.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) name: Arc<str>,
    pub(crate) source: Source,
    pub(crate) limits: Limits,
    pub(crate) grants: Grants,
    pub(crate) done: oneshot::Sender<Result<Prepared, Refusal>>,
}

/// Why a module did not become a function.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// All slots for instances are taken: the module is handed back, to be tried again when there is room.
    Full(Source),
    /// Anything else, in words.
    Because(String),
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal::Because(reason)
    }
}

impl Refusal {
    /// The words for a client.
    pub(crate) fn into_reason(self) -> String {
        match self {
            Refusal::Full(_) => "all slots for instances are taken".to_owned(),
            Refusal::Because(reason) => reason,
        }
    }
}

/// A module that was compiled and passed every check.
pub(crate) struct Prepared {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) template: Template,
    /// The commands that the component describes.
    pub(crate) commands: Vec<Described>,
    /// What initialising an instance took.
    pub(crate) fuel_used: u64,
}

/// A compiled module. While anybody holds it, the same bytes are not compiled again.
pub(crate) struct Compiled {
    component: Component,
    /// SHA-256 of the module, in hex.
    pub(crate) digest: String,
    /// Bytes of the module.
    pub(crate) size: u64,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("digest", &self.compiled.digest).finish_non_exhaustive()
    }
}

/// What the worker needs to know.
pub(crate) struct Workshop {
    pub(crate) engine: Engine,
    /// The way to the shard, for functions that run elsewhere.
    pub(crate) door: Door,
    /// What functions may be granted.
    pub(crate) security: WasmSecurity,
    pub(crate) ticker: Arc<Ticker>,
    pub(crate) module_dir: PathBuf,
    pub(crate) max_module_bytes: u64,
    pub(crate) cache: Cache,
}

/// The way to the worker. Its thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: SyncSender<Job>,
}

impl Worker {
    /// Starts the thread.
    pub(crate) fn start(workshop: Workshop) -> wasmtime::Result<Worker> {
        let (jobs, queue) = sync_channel(COMPILE_QUEUE);
        let linker = imports::linker(&workshop.engine, None)?;
        let away_linker = imports::linker(&workshop.engine, Some(&workshop.door))?;
        let bench = Bench { workshop, linker, away_linker, known: HashMap::new() };
        std::thread::Builder::new().name("wasm-compiler".to_owned()).spawn(move || bench.work(&queue))?;
        Ok(Worker { jobs })
    }

    /// Hands over a job; when too many wait already, says so at once.
    pub(crate) fn submit(&self, job: Job) -> Result<(), String> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => format!("{COMPILE_QUEUE} modules wait to be compiled already, try again later"),
            TrySendError::Disconnected(_) => "the compiling thread is gone".to_owned(),
        })
    }
}

/// The thread's own state.
struct Bench {
    workshop: Workshop,
    linker: Linker<Guest>,
    /// For functions off the shard.
    away_linker: Linker<Guest>,
    known: HashMap<String, Weak<Compiled>>,
}

impl Bench {
    fn work(mut self, queue: &Receiver<Job>) {
        // Compiling yields to serving when there are not enough cores for both.
        // SAFETY: the call changes the priority of this thread only (0 means the caller) and touches no memory.
        let nice = unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 10) };
        if nice != 0 {
            tracing::debug!("the compiling thread keeps its priority: {}", std::io::Error::last_os_error());
        }
        while let Ok(job) = queue.recv() {
            let Job { name, source, limits, grants, done } = job;
            if done.is_closed() {
                continue;
            }
            let prepared = self.prepare(&name, source, limits, &grants).map_err(|refusal| match refusal {
                Refusal::Because(reason) => Refusal::Because(one_line(&reason, ERROR_BYTES)),
                full => full,
            });
            // Whoever wanted it may be gone by now.
            drop(done.send(prepared));
        }
    }

    fn prepare(
        &mut self,
        name: &Arc<str>,
        source: Source,
        limits: Limits,
        grants: &Grants,
    ) -> Result<Prepared, Refusal> {
        let bytes = source.read(&self.workshop.module_dir, self.workshop.max_module_bytes)?;
        world::check_bytes(&bytes)?;
        let compiled = self.compile(&bytes)?;
        let entries = Arc::new(world::check(&compiled.component, limits, grants.permissions)?);
        if grants.is_away() {
            return Ok(self.prepare_away(name, compiled, entries, limits, grants)?);
        }
        let refusing = wasi::refuse(&self.linker, &compiled.component).map_err(|error| format!("{error:#}"))?;
        let linker = refusing.as_ref().unwrap_or(&self.linker);
        let pre = linker.instantiate_pre(&compiled.component).map_err(|error| format!("{error:#}"))?;
        let template = Template { pre, entries, away: None };
        self.workshop.ticker.enter(Caller::Worker);
        let tried = Instance::new(&template, name, &Lines::default(), limits).map(|mut instance| {
            let fuel_used = instance.fuel_used();
            (fuel_used, instance.describe(limits))
        });
        self.workshop.ticker.leave(Caller::Worker);
        let (fuel_used, descriptions) = tried.map_err(|reason| match reason {
            NoInstance::Full => Refusal::Full(Source::Bytes(bytes)),
            NoInstance::Type(reason) => format!("{reason}; {}", world::expected()).into(),
            NoInstance::Failed(failure) => format!("an instance cannot be made: {failure}").into(),
        })?;
        let descriptions = descriptions.map_err(|failure| format!("its commands cannot be described: {failure}"))?;
        let commands = descriptions.map_or(Ok(Vec::new()), described::check)?;
        Ok(Prepared { compiled, template, commands, fuel_used })
    }

    /// The same for a function that runs off the shard.
    fn prepare_away(
        &self,
        name: &Arc<str>,
        compiled: Arc<Compiled>,
        entries: Arc<Entries>,
        limits: Limits,
        grants: &Grants,
    ) -> Result<Prepared, String> {
        if !matches!(entries.plain, Some(Plain::Call(_))) || entries.commands.is_some() {
            return Err("a function with NETWORK or FILESYSTEM exports `call`, and neither commands nor \
                        `call-with-values`"
                .to_owned());
        }
        let reach = grants.reach(&self.workshop.security)?;
        let pre = self.away_linker.instantiate_pre(&compiled.component).map_err(|error| format!("{error:#}"))?;
        let template = Template { pre, entries, away: Some(reach) };
        self.workshop.ticker.enter(Caller::Worker);
        let call = Call::new(Permissions::NONE, limits);
        let checked = away::check(name, &template, call, limits.memory_bytes);
        self.workshop.ticker.leave(Caller::Worker);
        checked.map_err(|failure| format!("an instance cannot be made: {failure}"))?;
        // Each call makes an instance of its own: none is made ahead.
        Ok(Prepared { compiled, template, commands: Vec::new(), fuel_used: u64::MAX })
    }

    /// From memory, from disk, or by compiling.
    fn compile(&mut self, bytes: &[u8]) -> Result<Arc<Compiled>, String> {
        let engine = &self.workshop.engine;
        let digest = hex(&Sha256::digest(bytes));
        if let Some(compiled) = self.known.get(&digest).and_then(Weak::upgrade) {
            return Ok(compiled);
        }
        let component = match self.workshop.cache.load(engine, &digest) {
            Some(component) => component,
            None => {
                let component = Component::new(engine, bytes).map_err(|error| format!("{error:#}"))?;
                self.workshop.cache.store(engine, &digest, &component);
                component
            }
        };
        let compiled = Arc::new(Compiled { component, digest: digest.clone(), size: bytes.len() as u64 });
        self.known.retain(|_, weak| weak.strong_count() > 0);
        self.known.insert(digest, Arc::downgrade(&compiled));
        Ok(compiled)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::udf::testing::{LIMITS, Workbench, function, wrap};

    const ENDLESS: &str = "(loop (br 0)) (unreachable)";

    fn refusal(text: &str) -> String {
        Workbench::new().prepare(text, LIMITS).expect_err("it is no function")
    }

    #[test]
    fn what_is_no_function_is_refused_and_told_why() {
        assert!(refusal("(module)").contains("core module"));
        assert!(refusal("(component)").contains("exports nothing, but not `call`"));
        let error = refusal(
            r#"(component (core module $m (func (export "call"))) (core instance $i (instantiate $m))
                (func (export "call") (canon lift (core func $i "call"))))"#,
        );
        assert!(error.contains("`call`") && error.contains("call: func(keys: list<list<u8>>"), "{error}");
        let error = refusal(r#"(component (import "wasi:http/outgoing-handler@0.2.0" (instance)))"#);
        assert!(error.contains("wasi:http/outgoing-handler@0.2.0") && error.contains("NETWORK"), "{error}");
        let error = refusal(r#"(component (import "ferrite:store/strings@0.1.0" (instance (export "steal" (func)))))"#);
        assert!(error.contains("call"), "{error}");
    }

    #[test]
    fn an_import_that_the_interface_has_not_is_named() {
        let text = wrap(
            r#"(import "ferrite:store/strings@0.1.0" (instance $strings (export "steal" (func))))"#,
            "",
            "",
            "(unreachable)",
        );
        assert!(refusal(&text).contains("steal"));
    }

    #[test]
    fn a_memory_above_the_limit_is_refused_before_it_is_made() {
        let limits = Limits { memory_bytes: 65_535, ..LIMITS };
        let error = Workbench::new().prepare(&function(ENDLESS), limits).expect_err("one page is too much");
        assert!(error.contains("65536") && error.contains("65535"), "{error}");
    }

    #[test]
    fn initialisation_has_the_limits_of_a_call_and_no_data() {
        let error = refusal(&wrap("", "(func $init (loop (br 0))) (start $init)", "", "(unreachable)"));
        assert_eq!(error, "an instance cannot be made: ERR wasm: fuel exhausted after 1000000");
    }

    #[test]
    fn garbage_after_the_magic_number_is_an_error_and_no_panic() {
        let bench = Workbench::new();
        let error = bench.prepare_bytes(b"\0asm\x0d\0\x01\0garbage".to_vec(), LIMITS).expect_err("garbage");
        assert!(!error.is_empty());
    }

    #[test]
    fn the_same_bytes_are_compiled_once() {
        let bench = Workbench::new();
        let first = bench.prepare(&function(ENDLESS), LIMITS).expect("a valid function");
        let second = bench.prepare(&function(ENDLESS), LIMITS).expect("a valid function");
        assert!(Arc::ptr_eq(&first.compiled, &second.compiled));
        assert_eq!(first.compiled.digest.len(), 64);
    }

    #[test]
    fn compiled_modules_survive_a_restart() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let text = function(ENDLESS);
        drop(Workbench::in_dir(temp.path()).prepare(&text, LIMITS).expect("a valid function"));
        let files = || std::fs::read_dir(temp.path().join(".ferrite-cache")).expect("it was made").count();
        assert_eq!(files(), 1);
        drop(Workbench::in_dir(temp.path()).prepare(&text, LIMITS).expect("from the cache"));
        assert_eq!(files(), 1);
    }
}
