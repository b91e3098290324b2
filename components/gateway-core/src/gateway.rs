//! The configuration, and what exchanges share.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use crate::config::{Config, Key};
use crate::flight::Flight;

/// One configuration and what is shared between the requests in flight. Serves any number of
/// [`Exchange`](crate::Exchange)s in one thread.
pub struct Gateway {
    pub(crate) config: Config,
    /// Where in the configuration a key is, by its SHA-256.
    keys: BTreeMap<String, usize>,
    /// Requests in flight, by deployment.
    busy: RefCell<BTreeMap<String, u64>>,
    /// Answers on their way that others may read too, by what was asked.
    flights: RefCell<BTreeMap<String, Weak<Flight>>>,
}

impl Gateway {
    /// A gateway that begins with nothing in flight.
    #[must_use]
    pub fn new(config: Config) -> Rc<Self> {
        let keys = config.keys.iter().enumerate().map(|(index, key)| (key.hash.clone(), index)).collect();
        Rc::new(Self { config, keys, busy: RefCell::default(), flights: RefCell::default() })
    }

    /// A key of the configuration by its SHA-256.
    pub(crate) fn key(&self, hash: &str) -> Option<&Key> {
        self.config.keys.get(*self.keys.get(hash)?)
    }

    /// Requests in flight to a deployment.
    pub(crate) fn in_flight(&self, id: &str) -> u64 {
        self.busy.borrow().get(id).copied().unwrap_or_default()
    }

    /// Counts a request to a deployment until the result is dropped.
    pub(crate) fn busy(this: &Rc<Self>, id: &str) -> Busy {
        *this.busy.borrow_mut().entry(id.to_owned()).or_default() += 1;
        Busy { gateway: Rc::clone(this), id: id.to_owned() }
    }

    /// An answer to the same question that is on its way.
    pub(crate) fn flight(&self, key: &str) -> Option<Rc<Flight>> {
        self.flights.borrow().get(key)?.upgrade()
    }

    /// Lets others find an answer until the result is dropped.
    pub(crate) fn announce(this: &Rc<Self>, key: &str, flight: &Rc<Flight>) -> Announced {
        this.flights.borrow_mut().insert(key.to_owned(), Rc::downgrade(flight));
        Announced { gateway: Rc::clone(this), key: key.to_owned(), flight: Rc::downgrade(flight) }
    }
}

/// One request in flight to a deployment.
pub(crate) struct Busy {
    gateway: Rc<Gateway>,
    id: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut busy = self.gateway.busy.borrow_mut();
        if let Some(count) = busy.get_mut(&self.id) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                busy.remove(&self.id);
            }
        }
    }
}

/// An answer that others can find.
pub(crate) struct Announced {
    gateway: Rc<Gateway>,
    key: String,
    flight: Weak<Flight>,
}

impl Drop for Announced {
    fn drop(&mut self) {
        let mut flights = self.gateway.flights.borrow_mut();
        // A later one of the same key may have taken the place.
        if flights.get(&self.key).is_some_and(|flight| flight.ptr_eq(&self.flight)) {
            flights.remove(&self.key);
        }
    }
}
