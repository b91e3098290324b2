//! Vectors of questions. An embedder that fails costs a hit, never a request.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::call::{Api, Call};
use crate::config::Embedder;
use crate::gateway::Gateway;
use crate::limits;
use crate::port::Port;
use crate::routing::{Outcome, Routing};
use crate::world::Level;

/// The vector of a text; none when there is none in time.
pub(super) async fn vector(gateway: &Rc<Gateway>, port: &Rc<Port>, asked: &Call, text: &str) -> Option<Vec<f32>> {
    let until = port.now().saturating_add(limits::EMBED_TIMEOUT_MS);
    let found = match gateway.config.embedder.as_ref()? {
        Embedder::Local => port.before(until, local(port, text)).await,
        Embedder::Model(name) => port.before(until, upstream(gateway, port, asked, name, text)).await,
    };
    let found = found.unwrap_or_else(|_| Err("it took too long".to_owned()));
    let usable = |vector: &Vec<f32>| {
        (1..=limits::VECTOR_NUMBERS).contains(&vector.len()) && vector.iter().all(|number| number.is_finite())
    };
    match found {
        Ok(vector) if usable(&vector) => Some(vector),
        Ok(vector) => {
            port.world
                .log(Level::Warning, &format!("the embedder gave a vector of {} numbers that is none", vector.len()));
            None
        }
        Err(error) => {
            port.world.log(Level::Warning, &format!("the embedder failed: {error}"));
            None
        }
    }
}

async fn local(port: &Rc<Port>, text: &str) -> Result<Vec<f32>, String> {
    port.embed(vec![text.to_owned()]).await?.into_iter().next().ok_or_else(|| "no vector".to_owned())
}

async fn upstream(
    gateway: &Rc<Gateway>,
    port: &Rc<Port>,
    asked: &Call,
    name: &str,
    text: &str,
) -> Result<Vec<f32>, String> {
    let body = json!({"model": name, "input": text, "encoding_format": "float"});
    let mut call = Call::new(Api::Embeddings, body, text.len()).map_err(|refusal| refusal.message)?;
    call.client_key.clone_from(&asked.client_key);
    let model = gateway.config.model(name).ok_or("no such model")?;
    let served = Routing::new(gateway, port, &call, model).run(model).await;
    let Ok(Outcome::Whole { body, .. }) = served.map(|served| served.outcome) else {
        return Err("the upstream gave no answer".to_owned());
    };
    let answer: Value = crate::json::read(&body).map_err(|error| error.to_string())?;
    let numbers = answer.pointer("/data/0/embedding").and_then(Value::as_array).ok_or("an answer without a vector")?;
    let numbers: Option<Vec<f32>> = numbers.iter().map(|number| Some(number.as_f64()? as f32)).collect();
    numbers.ok_or_else(|| "a vector that is not made of numbers".to_owned())
}
