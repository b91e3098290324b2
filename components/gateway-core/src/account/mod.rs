//! Who may use how much.
//!
//! - [`tenant`]: whose request it is; `stored.rs`: keys that `/admin` made;
//! - [`charge`]: tokens and money, reserved before and settled after; `window.rs`: the counters; `standing.rs`: what is
//!   left of them; `calendar.rs`: days and months.

mod calendar;
pub(crate) mod charge;
pub(crate) mod standing;
pub(crate) mod stored;
pub(crate) mod tenant;
pub(crate) mod window;

use crate::config::Deployment;
use crate::port::Port;
use crate::routing::Routing;

/// Whether a deployment takes one more request in this minute; if so, it is counted.
pub(crate) fn deployment_has_room(routing: &Routing<'_>, deployment: &Deployment) -> bool {
    let (world, now) = (&*routing.port.world, routing.port.now());
    let scope = format!("d:{}", deployment.id);
    if let Some(most) = deployment.tpm
        && window::now(world, &window::minute_key(&scope, "t", now)).unwrap_or_default() >= most
    {
        return false;
    }
    let Some(most) = deployment.rpm else { return true };
    window::take(world, &window::minute_key(&scope, "r", now), 1, most, window::MINUTE_KEPT_MS).unwrap_or(true)
}

/// Counts tokens that a deployment has given.
pub(crate) fn deployment_gave(port: &Port, deployment: &Deployment, tokens: u64) {
    if deployment.tpm.is_some() {
        let key = window::minute_key(&format!("d:{}", deployment.id), "t", port.now());
        // The limit of a deployment spares it; without the store it has none.
        let _ = window::add(&*port.world, &key, tokens, window::MINUTE_KEPT_MS);
    }
}
