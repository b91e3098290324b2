//! The one model of an instance, loaded by the first call that needs it.

use std::cell::RefCell;

use ferrite_embedder as core;
use ferrite_embedder::Model;

use crate::bindings;
use crate::bindings::exports::ferrite::gateway::embedder::{self, Error, Guest, Limit, Quantisation};
use crate::weights::Weights;

struct Engine {
    quantisation: core::Quantisation,
    model: Option<Model>,
}

thread_local! {
    /// A component has one thread.
    static ENGINE: RefCell<Engine> =
        const { RefCell::new(Engine { quantisation: core::Quantisation::Int8, model: None }) };
}

/// The export of the component.
struct Component;

bindings::export!(Component with_types_in bindings);

/// Calls `work` with the model.
fn with_model<T>(work: impl FnOnce(&mut Model) -> Result<T, core::Error>) -> Result<T, Error> {
    ENGINE
        .with_borrow_mut(|engine| {
            let model = match &mut engine.model {
                Some(model) => model,
                none => none.insert(Model::load(&mut Weights, engine.quantisation)?),
            };
            work(model)
        })
        .map_err(error)
}

fn error(error: core::Error) -> Error {
    match error {
        core::Error::Missing(_) | core::Error::Unreadable { .. } => Error::Unavailable(error.to_string()),
        core::Error::Malformed { .. } => Error::Malformed(error.to_string()),
        core::Error::LimitExceeded { what, allowed, requested } => {
            Error::LimitExceeded(Limit { name: what.to_owned(), allowed, requested })
        }
        core::Error::OutOfMemory { bytes } => Error::OutOfMemory(bytes),
        core::Error::NotFinite => Error::NotFinite,
        // What may come one day is said in words.
        _ => Error::Unsupported(error.to_string()),
    }
}

impl Guest for Component {
    fn configure(quantisation: Quantisation) {
        let quantisation = match quantisation {
            Quantisation::F32 => core::Quantisation::F32,
            Quantisation::Int8 => core::Quantisation::Int8,
        };
        ENGINE.with_borrow_mut(|engine| {
            if engine.quantisation != quantisation {
                *engine = Engine { quantisation, model: None };
            }
        });
    }

    fn describe() -> Result<embedder::Model, Error> {
        with_model(|model| {
            Ok(embedder::Model {
                name: model.name().to_owned(),
                // Both have limits far below.
                dimensions: model.dimensions() as u32,
                max_tokens: model.max_tokens() as u32,
                quantisation: match model.quantisation() {
                    core::Quantisation::F32 => Quantisation::F32,
                    core::Quantisation::Int8 => Quantisation::Int8,
                },
            })
        })
    }

    fn embed(texts: Vec<String>) -> Result<Vec<Vec<f32>>, Error> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        with_model(|model| model.embed(&texts))
    }
}
