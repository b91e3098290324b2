//! The configuration, and what exchanges share.

use std::rc::Rc;

use crate::config::Config;

/// One configuration and what is shared between the requests in flight. Serves any number of
/// [`Exchange`](crate::Exchange)s in one thread.
pub struct Gateway {
    pub(crate) config: Config,
}

impl Gateway {
    /// A gateway that begins with nothing in flight.
    #[must_use]
    pub fn new(config: Config) -> Rc<Self> {
        Rc::new(Self { config })
    }
}
