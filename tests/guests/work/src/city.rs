//! One field out of a JSON document, with nothing else of it kept.

use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    user: User,
}

#[derive(Deserialize)]
struct User {
    address: Address,
}

#[derive(Deserialize)]
struct Address {
    city: String,
}

/// `user.address.city` of a JSON text.
pub fn city(json: &[u8]) -> Result<String, serde_json::Error> {
    serde_json::from_slice::<Document>(json).map(|document| document.user.address.city)
}
