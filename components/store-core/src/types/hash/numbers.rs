//! Fields that are numbers.

use ferrite_resp::Extended;

use super::{Expiry, Hash, Log};
use crate::error::Error;

impl Hash {
    /// Adds to the integer in a field, 0 when it does not exist; returns the sum. The time to live stays.
    pub fn increment(&mut self, name: &[u8], by: i64, log: &mut Log<'_>) -> Result<i64, Error> {
        const NO_INTEGER: Error = Error::fixed("ERR hash value is not an integer");
        let old = match self.get(name, log.now_ms) {
            Some(value) => value.as_integer().ok_or(NO_INTEGER)?,
            None => 0,
        };
        let sum = old.checked_add(by).ok_or(Error::Overflow)?;
        self.set(name, itoa::Buffer::new().format(sum).as_bytes(), Expiry::Keep, log);
        Ok(sum)
    }

    /// Adds to the decimal number in a field, 0 when it does not exist; returns the sum as it is stored. The time to live
    /// stays.
    pub fn increment_by_float(&mut self, name: &[u8], by: Extended, log: &mut Log<'_>) -> Result<Vec<u8>, Error> {
        const NO_FLOAT: Error = Error::fixed("ERR hash value is not a float");
        const NO_NUMBER: Error = Error::fixed("ERR increment would produce NaN or Infinity");
        let old = match self.get(name, log.now_ms) {
            Some(value) => Extended::parse(&value.text()).ok_or(NO_FLOAT)?,
            None => Extended::ZERO,
        };
        let sum = old.checked_add(by).ok_or(NO_NUMBER)?.to_text();
        self.set(name, &sum, Expiry::Keep, log);
        Ok(sum)
    }
}
