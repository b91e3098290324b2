//! The model engine: the embedder component on a thread of its own, one instance for all requests, so that its weights are in
//! memory once and nobody waits for the numbers of somebody else.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component as PathPart, Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, OptLevel, Store};

use self::bindings::ModelEngine;
use self::bindings::exports::ferrite::gateway::embedder::Error;
use self::bindings::ferrite::gateway::weights;
use crate::limits::GATEWAY_EMBED_QUEUE;
use crate::udf::Cache;

/// Generated: the model engine's world.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::allow_attributes_without_reason, reason = "generated code")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit/gateway",
        world: "ferrite:gateway/model-engine",
    });
}

/// What comes of texts.
pub(super) type Vectors = Result<Vec<Vec<f32>>, String>;

/// The way to the thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Embedder {
    jobs: mpsc::Sender<(Vec<String>, oneshot::Sender<Vectors>)>,
}

impl Embedder {
    /// Starts the thread. The model is loaded from the folder by the first texts.
    pub(super) fn start(folder: &Path, cache: &Cache) -> wasmtime::Result<Embedder> {
        let engine = engine()?;
        let digest: String =
            Sha256::digest(crate::EMBEDDER_COMPONENT).iter().map(|byte| format!("{byte:02x}")).collect();
        let component = match cache.load(&engine, &digest) {
            Some(component) => component,
            None => {
                let component = Component::new(&engine, crate::EMBEDDER_COMPONENT)?;
                cache.store(&engine, &digest, &component);
                component
            }
        };
        let (jobs, queue) = mpsc::channel(GATEWAY_EMBED_QUEUE);
        let folder = folder.to_owned();
        std::thread::Builder::new()
            .name("embedder".to_owned())
            .spawn(move || run(&engine, &component, &folder, queue))
            .map_err(wasmtime::Error::from)?;
        Ok(Embedder { jobs })
    }

    /// The vectors of texts, later; none at all when too many wait already.
    pub(super) fn embed(&self, texts: Vec<String>) -> oneshot::Receiver<Vectors> {
        let (answer, later) = oneshot::channel();
        if let Err(full) = self.jobs.try_send((texts, answer)) {
            let (_, answer) = full.into_inner();
            // Whoever asked may have gone.
            let _ = answer.send(Err(format!("{GATEWAY_EMBED_QUEUE} embeddings wait already")));
        }
        later
    }
}

/// As for the store: our own code, nothing is metered.
fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::Speed).concurrency_support(false);
    Engine::new(&config)
}

/// The thread: an instance that trapped is dropped, and the next texts get a new one.
fn run(
    engine: &Engine,
    component: &Component,
    folder: &Path,
    mut queue: mpsc::Receiver<(Vec<String>, oneshot::Sender<Vectors>)>,
) {
    let mut instance = None;
    while let Some((texts, answer)) = queue.blocking_recv() {
        if answer.is_closed() {
            continue;
        }
        let vectors = embed(&mut instance, engine, component, folder, &texts).unwrap_or_else(|trap| {
            tracing::error!("the embedder trapped, and begins anew: {trap:?}");
            instance = None;
            Err("the embedder trapped".to_owned())
        });
        if let Err(reason) = &vectors {
            tracing::warn!("texts are not embedded: {reason}");
        }
        // Whoever asked may have gone.
        let _ = answer.send(vectors);
    }
}

type Instance = (Store<Weights>, ModelEngine);

fn embed(
    instance: &mut Option<Instance>,
    engine: &Engine,
    component: &Component,
    folder: &Path,
    texts: &[String],
) -> wasmtime::Result<Vectors> {
    let (store, model) = match instance {
        Some(instance) => instance,
        None => {
            let mut linker = Linker::new(engine);
            weights::add_to_linker::<_, HasSelf<Weights>>(&mut linker, |weights| weights)?;
            let mut store = Store::new(engine, Weights { folder: folder.to_owned(), open: None });
            let model = ModelEngine::instantiate(&mut store, component, &linker)?;
            instance.insert((store, model))
        }
    };
    let vectors = model.ferrite_gateway_embedder().call_embed(store, texts)?;
    Ok(vectors.map_err(|error| match error {
        Error::Unavailable(text) | Error::Malformed(text) | Error::Unsupported(text) => text,
        Error::LimitExceeded(limit) => format!("{}: {} of {}", limit.name, limit.requested, limit.allowed),
        Error::OutOfMemory(bytes) => format!("there is no memory for {bytes} bytes of weights"),
        Error::NotFinite => "a vector is no direction".to_owned(),
    }))
}

/// The files of a model in a folder.
struct Weights {
    folder: PathBuf,
    /// The file that was read last: weights are read in thousands of pieces.
    open: Option<(String, File)>,
}

impl Weights {
    fn path(&self, name: &str) -> Result<PathBuf, weights::Error> {
        let below = Path::new(name);
        if !below.components().all(|part| matches!(part, PathPart::Normal(_))) {
            return Err(weights::Error::Failed(format!("{name} is no file of a model")));
        }
        Ok(self.folder.join(below))
    }

    fn file(&mut self, name: &str) -> Result<&mut File, weights::Error> {
        if self.open.as_ref().is_none_or(|(open, _)| open != name) {
            let path = self.path(name)?;
            let file = File::open(&path).map_err(|error| failed(&path, &error))?;
            self.open = Some((name.to_owned(), file));
        }
        match &mut self.open {
            Some((_, file)) => Ok(file),
            None => Err(weights::Error::NotFound),
        }
    }
}

impl weights::Host for Weights {
    fn size(&mut self, name: String) -> Result<u64, weights::Error> {
        let path = self.path(&name)?;
        let metadata = std::fs::metadata(&path).map_err(|error| failed(&path, &error))?;
        Ok(metadata.len())
    }

    fn read(&mut self, name: String, offset: u64, length: u32) -> Result<Vec<u8>, weights::Error> {
        // As the contract says.
        if length > 1 << 20 {
            return Err(weights::Error::Failed(format!("{length} bytes are more than a piece")));
        }
        let path = self.path(&name)?;
        let file = self.file(&name)?;
        let mut bytes = vec![0; length as usize];
        let read = file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(&mut bytes));
        read.map(|()| bytes).map_err(|error| failed(&path, &error))
    }
}

fn failed(path: &Path, error: &io::Error) -> weights::Error {
    match error.kind() {
        io::ErrorKind::NotFound => weights::Error::NotFound,
        _ => weights::Error::Failed(format!("{}: {error}", path.display())),
    }
}
