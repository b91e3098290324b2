//! Where a store is, and who asks.

use crate::address::Address;
use crate::failure::Failure;
use crate::request::Request;

/// A store elsewhere.
#[derive(Clone, Debug)]
pub struct Store {
    /// Where it is.
    pub address: Address,
    token: String,
}

impl Store {
    /// `url` is that of its REST calls, `token` what it asks for (`FERRITE_HTTP_TOKEN`); empty for a server without one.
    ///
    /// # Errors
    /// With the name of what is wrong, and what was expected.
    pub fn new(url: &str, token: &str) -> Result<Self, String> {
        let address = Address::parse(url).map_err(|expected| format!("the store's URL is {url:?}: {expected}"))?;
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the store's token has characters that no header carries: expected visible ASCII".to_owned());
        }
        Ok(Self { address, token: token.to_owned() })
    }

    /// What is sent for a command.
    ///
    /// # Errors
    /// When the command cannot be sent, too long for example.
    pub fn request(&self, argv: &[&[u8]]) -> Result<Request, Failure> {
        Request::of(argv).map(|request| self.addressed(request))
    }

    /// What is sent for several commands of text: one request, of which the reply is an array. An error of one command is
    /// an error in that array.
    ///
    /// # Errors
    /// When they cannot be sent, too long for example.
    pub fn pipeline(&self, commands: &[Vec<&str>]) -> Result<Request, Failure> {
        Request::pipeline(commands).map(|request| self.addressed(request))
    }

    fn addressed(&self, mut request: Request) -> Request {
        request.path.insert_str(0, &self.address.prefix);
        if !self.token.is_empty() {
            request.headers.push(("authorization", format!("Bearer {}", self.token)));
        }
        request
    }

    /// That it did not answer, and why.
    #[must_use]
    pub fn unavailable(&self, reason: &str) -> Failure {
        Failure::Unavailable(format!("{}: {reason}", self.address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_and_the_token_of_the_configuration_are_in_every_request() {
        let store = Store::new("https://store.example.com/redis/", "s3cret").expect("a store");
        let request = store.request(&[b"PING"]).expect("a request");
        assert_eq!(request.path, "/redis/");
        assert_eq!(store.pipeline(&[vec!["PING"]]).expect("a request").path, "/redis/pipeline");
        assert!(request.headers.contains(&("authorization", "Bearer s3cret".to_owned())));
        let request = Store::new("http://a", "").expect("a store").request(&[b"PING"]).expect("a request");
        assert!(request.headers.iter().all(|(name, _)| *name != "authorization"));
    }

    #[test]
    fn what_is_wrong_with_the_configuration_is_said_without_the_token() {
        let error = Store::new("store", "s3cret").expect_err("no scheme");
        assert!(error.contains("\"store\"") && error.contains("http://"), "{error}");
        let error = Store::new("http://a", "s3cret\r\nx: y").expect_err("a header more");
        assert!(error.contains("token") && !error.contains("s3cret"), "{error}");
    }
}
