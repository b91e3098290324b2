//! What the Config Store and the Secret Store say, both of the name `gateway`.

use std::fmt::Display;

use fastly::{ConfigStore, SecretStore};
use ferrite_gateway::{Config, Mistake};
use ferrite_remote::Store;

use crate::backends::Backends;

/// The name of the Config Store, and of the Secret Store.
const STORES: &str = "gateway";
/// The value that is the configuration, as a TOML text. Values hold 8,000 characters: a longer text goes on in `gateway-2`,
/// `gateway-3` and so on.
const TEXT: &str = "gateway";
/// Pieces of the text. An instance may look up few values.
const PIECES: usize = 8;
/// Without it: the base URL of the one upstream of all models, and the key for it.
const UPSTREAM: &str = "upstream";
const UPSTREAM_KEY: &str = "upstream-key";
/// The URL of the store's REST calls, and the token that it asks for.
const STORE_URL: &str = "store-url";
const STORE_TOKEN: &str = "store-token";
/// Which authority has which backend of the service: `api.openai.com=openai`.
const BACKENDS: &str = "backends";

/// Bytes of a request's body and of an answer that is no stream, whatever the configuration says: an instance has 128 MB of
/// memory, where a body is as bytes, as a tree, and as what is made of it.
const BODY_BYTES: usize = 8 << 20;

/// All of it.
pub(crate) struct Configuration {
    pub(crate) gateway: Config,
    pub(crate) store: Option<Store>,
    pub(crate) backends: Backends,
}

impl Configuration {
    /// Reads both stores. The error is a text for whoever runs it.
    pub(crate) fn read() -> Result<Self, String> {
        let values = Values::open()?;
        let backends = Backends::parse(&values.plain(BACKENDS)?.unwrap_or_default())
            .map_err(|word| format!("the value {BACKENDS} has the word {word:?}: expected api.openai.com=openai"))?;
        let store = match values.plain(STORE_URL)? {
            Some(url) => Some(Store::new(&url, &values.get(STORE_TOKEN)?.unwrap_or_default())?),
            None => None,
        };
        let mut gateway = values.gateway()?;
        gateway.server.max_body_bytes = gateway.server.max_body_bytes.min(BODY_BYTES);
        gateway.server.max_answer_bytes = gateway.server.max_answer_bytes.min(BODY_BYTES);
        Ok(Self { gateway, store, backends })
    }
}

struct Values {
    plain: ConfigStore,
    /// A service without secrets needs none.
    secret: Option<SecretStore>,
}

impl Values {
    fn open() -> Result<Self, String> {
        let plain = ConfigStore::try_open(STORES)
            .map_err(|error| format!("link a Config Store of the name `{STORES}` to the service: {error}"))?;
        Ok(Self { plain, secret: SecretStore::open(STORES).ok() })
    }

    fn gateway(&self) -> Result<Config, String> {
        let Some(mut text) = self.plain(TEXT)? else {
            let Some(url) = self.plain(UPSTREAM)? else {
                return Err(format!(
                    "there is no configuration: give the Config Store `{STORES}` a value `{TEXT}` (a TOML text), or \
                     `{UPSTREAM}` (a base URL)"
                ));
            };
            return Config::single(&url, self.get(UPSTREAM_KEY)?.as_deref()).map_err(|mistake| mistake.to_string());
        };
        for piece in 2..=PIECES {
            let Some(more) = self.plain(&format!("{TEXT}-{piece}"))? else { break };
            text.push_str(&more);
        }
        Config::parse(&text, &|name| self.get(name).ok().flatten()).map_err(|mistakes| {
            let mistakes: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
            format!("the configuration has mistakes:\n{}", mistakes.join("\n"))
        })
    }

    /// A secret, else a value.
    fn get(&self, name: &str) -> Result<Option<String>, String> {
        if let Some(secrets) = &self.secret
            && let Some(secret) = secrets.try_get(name).map_err(|error| unread(name, &error))?
        {
            let bytes = secret.try_plaintext().map_err(|error| unread(name, &error))?;
            // Files end in a line end, keys do not.
            return Ok(Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()));
        }
        self.plain(name)
    }

    fn plain(&self, name: &str) -> Result<Option<String>, String> {
        self.plain.try_get(name).map_err(|error| unread(name, &error))
    }
}

fn unread(name: &str, error: &dyn Display) -> String {
    format!("the value {name} cannot be read: {error}")
}
