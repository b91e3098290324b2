//! The world of the tests: their clock, their chance, and the real store.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ferrite_gateway::{Level, Reply, StoreError, World};
use ferrite_resp::{Value, reply};
use ferrite_store_core::{CommandError, Environment, Store};

/// A small generator: the same numbers in every run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chance(u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB)
    }
}

struct Clock(Rc<Cell<u64>>);

impl Environment for Clock {
    fn now_us(&self) -> u64 {
        self.0.get() * 1000
    }

    fn entropy(&self) -> u64 {
        42
    }
}

pub fn store(clock: &Rc<Cell<u64>>) -> Store {
    Store::new(Box::new(Clock(Rc::clone(clock))))
}

pub fn run(store: &mut Store, argv: &[&[u8]]) -> Result<Reply, StoreError> {
    match store.execute(argv) {
        Ok(bytes) => {
            let (value, _) = reply::parse(&bytes).expect("the store speaks RESP").expect("replies are whole");
            convert(value)
        }
        Err(CommandError::Command(text) | CommandError::NotPermitted(text)) => Err(StoreError::Command(text)),
    }
}

fn convert(value: Value) -> Result<Reply, StoreError> {
    let list = |items: Vec<Value>| Ok(Reply::Array(items.into_iter().map(convert).collect::<Result<_, _>>()?));
    match value {
        Value::Null | Value::NullArray => Ok(Reply::Nil),
        Value::Boolean(value) => Ok(Reply::Integer(value.into())),
        Value::Integer(value) => Ok(Reply::Integer(value)),
        Value::Double(value) => Ok(Reply::Bulk(value.to_string().into_bytes())),
        Value::Bulk(bytes) | Value::BigNumber(bytes) | Value::Verbatim { text: bytes, .. } => Ok(Reply::Bulk(bytes)),
        Value::Simple(text) => Ok(Reply::Status(String::from_utf8_lossy(&text).into_owned())),
        Value::Error(text) => Err(StoreError::Command(String::from_utf8_lossy(&text).into_owned())),
        Value::Array(items) | Value::Set(items) | Value::Push(items) => list(items),
        Value::Map(pairs) => list(pairs.into_iter().flat_map(|(key, value)| [key, value]).collect()),
    }
}

pub struct Shell {
    pub clock: Rc<Cell<u64>>,
    pub store: Rc<RefCell<Store>>,
    pub chance: Rc<Cell<Chance>>,
    pub log: Rc<RefCell<Vec<String>>>,
    pub down: Rc<Cell<bool>>,
    pub woken: Rc<Cell<bool>>,
    pub can_wake: bool,
}

impl Shell {
    pub fn new(clock: &Rc<Cell<u64>>, store: Store) -> Self {
        Self {
            clock: Rc::clone(clock),
            store: Rc::new(RefCell::new(store)),
            chance: Rc::default(),
            log: Rc::default(),
            down: Rc::default(),
            woken: Rc::default(),
            can_wake: true,
        }
    }
}

impl World for Shell {
    fn now_ms(&self) -> u64 {
        self.clock.get()
    }

    fn random(&self) -> u64 {
        let mut chance = self.chance.get();
        let number = chance.next();
        self.chance.set(chance);
        number
    }

    fn store(&self, argv: &[&[u8]]) -> Result<Reply, StoreError> {
        if self.down.get() {
            return Err(StoreError::Unavailable("by script".to_owned()));
        }
        run(&mut self.store.borrow_mut(), argv)
    }

    fn log(&self, level: Level, text: &str) {
        self.log.borrow_mut().push(format!("{level:?}: {text}"));
    }

    fn can_wake(&self) -> bool {
        self.can_wake
    }

    fn wake(&self) {
        self.woken.set(true);
    }
}
