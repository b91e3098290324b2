//! The store component, compiled.

use std::fmt;

use sha2::{Digest, Sha256};
use wasmtime::{Engine, Module};

use super::{core, engines};
use crate::udf::Cache;

/// The store component, compiled. Instances are made from it; it is cheap to clone and may be shared among threads.
#[derive(Clone)]
pub struct StoreModule {
    pub(super) module: Module,
}

impl StoreModule {
    /// Compiles the store component that is part of this program.
    pub fn compile() -> wasmtime::Result<StoreModule> {
        let code = core::main_module(crate::STORE_COMPONENT)?;
        Ok(StoreModule { module: Module::new(&engines::store_engine()?, code)? })
    }

    /// As `compile`, but takes the compiled code from the cache if it is there, and leaves it there if it is not.
    pub(crate) fn load(cache: &Cache) -> wasmtime::Result<StoreModule> {
        let engine = engines::store_engine()?;
        let code = core::main_module(crate::STORE_COMPONENT)?;
        let digest: String = Sha256::digest(code).iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(module) = cache.load(&engine, &digest) {
            return Ok(StoreModule { module });
        }
        let module = Module::new(&engine, code)?;
        cache.store(&engine, &digest, &module);
        Ok(StoreModule { module })
    }

    pub(super) fn engine(&self) -> &Engine {
        self.module.engine()
    }
}

impl fmt::Debug for StoreModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreModule").finish_non_exhaustive()
    }
}
