//! `/admin`: keys, budgets, the cache and the state of routes, for those who have the key for it.
//!
//! | method and path | what it does |
//! | --- | --- |
//! | `GET /admin/keys` | all keys, without the keys themselves |
//! | `POST /admin/keys` | makes one; the answer is the only one that shows it |
//! | `DELETE /admin/keys/{id}` | revokes one that was made here |
//! | `GET /admin/budgets` | what keys and teams have spent, in dollars |
//! | `DELETE /admin/budgets/{scope}` | forgets what a scope has spent today and in this month |
//! | `DELETE /admin/cache` | no answer that is kept now is given any more |
//! | `GET /admin/routes` | how deployments are |
//! | `DELETE /admin/routes/{id}` | a deployment is not left alone any more |

use serde_json::{Map, Value, json};

use super::body;
use crate::account::charge::spend_keys;
use crate::account::stored::{self, Stored};
use crate::account::window;
use crate::answer::{self, Format};
use crate::config::{Allowance, Key};
use crate::gateway::Gateway;
use crate::head::{Headers, RequestHead};
use crate::inference::presented_key;
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::routing::health;
use crate::world::StoreError;

/// Answers everything below `/admin`.
pub(super) async fn answer(gateway: &Gateway, port: &Port, head: &RequestHead, format: Format) -> Result<(), Refusal> {
    let Some(admin) = &gateway.config.admin else { return Err(Refusal::unknown_path(head.route())) };
    match presented_key(head).filter(|key| key.len() <= limits::KEY_BYTES) {
        Some(key) if Key::hash_of(key) == admin.hash => {}
        _ => return Err(Refusal::unauthorized("This needs the key of [admin].")),
    }
    let path = head.route().strip_prefix("/admin/").unwrap_or_default();
    let (kind, name) = path.split_once('/').map_or((path, None), |(kind, name)| (kind, Some(decode(name))));
    let (status, value) = match (head.method.as_str(), kind, name) {
        ("GET", "keys", None) => (200, list_keys(gateway, port).map_err(lost)?),
        ("POST", "keys", None) => {
            let (asked, _) = body::read(port, head, limits::ADMIN_BODY_BYTES).await?;
            (201, make_key(gateway, port, &asked)?)
        }
        ("DELETE", "keys", Some(id)) => {
            if gateway.key(&id).is_some() {
                return Err(Refusal::invalid("The key is in the configuration, and is removed there."));
            }
            if !stored::remove(&*port.world, &id).map_err(lost)? {
                return Err(Refusal::missing("There is no such key."));
            }
            (200, json!({"id": id, "deleted": true}))
        }
        ("GET", "budgets", None) => (200, budgets(gateway, port).map_err(lost)?),
        ("DELETE", "budgets", Some(scope)) => {
            let [day, month] = spend_keys(&scope, port.now());
            port.world.store(&[b"DEL", day.as_bytes(), month.as_bytes()]).map_err(lost)?;
            (200, json!({"scope": scope, "reset": true}))
        }
        ("DELETE", "cache", None) => {
            port.world.store(&[b"INCR", crate::cache::GENERATION_KEY]).map_err(lost)?;
            (200, json!({"cleared": true}))
        }
        ("GET", "routes", None) => (200, routes(gateway, port)),
        ("DELETE", "routes", Some(id)) => {
            let known = gateway.config.models.iter().flat_map(|model| &model.deployments).any(|it| it.id == id);
            if !known {
                return Err(Refusal::missing("There is no such deployment."));
            }
            port.world.store(&[b"DEL", health::route_key(&id).as_bytes()]).map_err(lost)?;
            health::end_probe(port, &id);
            (200, json!({"id": id, "reset": true}))
        }
        (_, "keys" | "budgets" | "cache" | "routes", _) => return Err(Refusal::wrong_method("GET, POST, DELETE")),
        _ => return Err(Refusal::unknown_path(head.route())),
    };
    answer::value(port, format, status, Headers::new(), &value);
    Ok(())
}

fn lost(error: StoreError) -> Refusal {
    Refusal::unavailable(format!("The store does not do it: {error}."))
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn dollars(micros: u64) -> Value {
    json!(micros as f64 / 1e6)
}

fn describe(id: &str, name: &str, team: Option<&str>, allowance: &Allowance, source: &str) -> Value {
    json!({
        "id": id, "object": "key", "name": name, "team": team, "source": source, "models": allowance.models,
        "rpm": allowance.rpm, "tpm": allowance.tpm,
        "budget_per_day": allowance.day_micros.map(dollars), "budget_per_month": allowance.month_micros.map(dollars),
    })
}

fn list_keys(gateway: &Gateway, port: &Port) -> Result<Value, StoreError> {
    let configured = gateway.config.keys.iter();
    let mut data: Vec<Value> = configured
        .map(|key| describe(&key.hash, &key.name, key.team.as_deref(), &key.allowance, "configuration"))
        .collect();
    for hash in stored::hashes(&*port.world)? {
        if let Some(key) = stored::read(&*port.world, &hash)? {
            let mut entry = describe(&hash, &key.name, key.team.as_deref(), &key.allowance, "admin");
            entry["created_ms"] = key.created_ms.into();
            entry["expires_ms"] = key.expires_ms.into();
            data.push(entry);
        }
    }
    Ok(json!({"object": "list", "data": data}))
}

fn make_key(gateway: &Gateway, port: &Port, asked: &Value) -> Result<Value, Refusal> {
    let Value::Object(fields) = asked else { return Err(Refusal::invalid("A JSON object is expected.")) };
    let key = read_key(gateway, port, fields)?;
    if stored::count(&*port.world).map_err(lost)? >= limits::STORED_KEYS {
        return Err(Refusal::invalid(format!("There are {} keys, more are not kept.", limits::STORED_KEYS)));
    }
    let secret: String = (0..4).map(|_| format!("{:016x}", port.world.random())).collect();
    let secret = format!("sk-ferrite-{secret}");
    let hash = Key::hash_of(&secret);
    stored::write(&*port.world, &hash, &key).map_err(lost)?;
    let mut entry = describe(&hash, &key.name, key.team.as_deref(), &key.allowance, "admin");
    entry["key"] = secret.into();
    entry["created_ms"] = key.created_ms.into();
    entry["expires_ms"] = key.expires_ms.into();
    Ok(entry)
}

fn read_key(gateway: &Gateway, port: &Port, fields: &Map<String, Value>) -> Result<Stored, Refusal> {
    let mut key = Stored { created_ms: port.now(), ..Stored::default() };
    for (name, value) in fields {
        let wrong = |expected: &str| Refusal::invalid(format!("`{name}`: {expected} is expected."));
        let whole = || value.as_u64().filter(|number| (1..=u64::MAX >> 2).contains(number));
        let money =
            || value.as_f64().filter(|dollars| (0.0..=1e9).contains(dollars)).map(|it| (it * 1e6).round() as u64);
        match name.as_str() {
            _ if value.is_null() => {}
            "name" => key.name = value.as_str().ok_or_else(|| wrong("a string"))?.to_owned(),
            "team" => {
                let team = value.as_str().filter(|team| gateway.config.teams.iter().any(|known| known.name == *team));
                key.team = Some(team.ok_or_else(|| wrong("the name of one of [[teams]]"))?.to_owned());
            }
            "models" => {
                let names = value.as_array().and_then(|names| {
                    names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
                });
                key.allowance.models = Some(names.ok_or_else(|| wrong("a list of names"))?);
            }
            "rpm" => key.allowance.rpm = Some(whole().ok_or_else(|| wrong("a whole number from 1"))?),
            "tpm" => key.allowance.tpm = Some(whole().ok_or_else(|| wrong("a whole number from 1"))?),
            "budget_per_day" => key.allowance.day_micros = Some(money().ok_or_else(|| wrong("dollars"))?),
            "budget_per_month" => key.allowance.month_micros = Some(money().ok_or_else(|| wrong("dollars"))?),
            "expires_ms" => key.expires_ms = Some(whole().ok_or_else(|| wrong("milliseconds since 1970"))?),
            _ => return Err(Refusal::invalid(format!("`{name}` is not a field of a key."))),
        }
    }
    Ok(key)
}

fn budgets(gateway: &Gateway, port: &Port) -> Result<Value, StoreError> {
    let world = &*port.world;
    let mut scopes: Vec<(String, String, Allowance)> = Vec::new();
    for team in &gateway.config.teams {
        scopes.push((format!("t:{}", team.name), team.name.clone(), team.allowance.clone()));
    }
    for key in &gateway.config.keys {
        scopes.push((format!("k:{}", key.hash), key.name.clone(), key.allowance.clone()));
    }
    for hash in stored::hashes(world)? {
        if let Some(key) = stored::read(world, &hash)? {
            scopes.push((format!("k:{hash}"), key.name, key.allowance));
        }
    }
    let mut data = Vec::new();
    for (scope, name, allowance) in scopes {
        let [day, month] = spend_keys(&scope, port.now());
        data.push(json!({
            "scope": scope, "name": name,
            "day": {"spent": dollars(window::now(world, &day)?), "budget": allowance.day_micros.map(dollars)},
            "month": {"spent": dollars(window::now(world, &month)?), "budget": allowance.month_micros.map(dollars)},
        }));
    }
    Ok(json!({"object": "list", "data": data}))
}

fn routes(gateway: &Gateway, port: &Port) -> Value {
    let entry = |model: &str, id: &str| {
        let health = health::read(&*port.world, id);
        let pause = health.until.saturating_sub(port.now());
        json!({
            "model": model, "id": id, "in_flight": gateway.in_flight(id), "failures": health.fails,
            "left_alone_ms": pause, "latency_ms": (health.latency > 0).then_some(health.latency),
        })
    };
    let models = gateway.config.models.iter();
    let data: Vec<Value> =
        models.flat_map(|model| model.deployments.iter().map(|it| entry(&model.name, &it.id))).collect();
    json!({"object": "list", "data": data})
}
