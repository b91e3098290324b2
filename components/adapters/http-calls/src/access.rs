//! Who may ask, of all requests of an instance.

use std::cell::RefCell;

use ferrite_http::Access;

use crate::bindings::exports::ferrite::http::calls::Settings;

thread_local! {
    /// Before the host says anything, nobody.
    static ACCESS: RefCell<Access> = RefCell::new(Access::new(""));
}

/// Takes the place of what held before.
pub(crate) fn configure(Settings { token, hosts, origins }: Settings) {
    ACCESS.set(Access::new(&token).under(hosts).open_to(origins));
}

/// Runs `check` on what holds.
pub(crate) fn with<T>(check: impl FnOnce(&Access) -> T) -> T {
    ACCESS.with_borrow(check)
}
