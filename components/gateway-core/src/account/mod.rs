//! Who may use how much.

mod window;

use crate::config::Deployment;
use crate::routing::Routing;

/// Whether a deployment takes one more request in this minute; if so, it is counted.
pub(crate) fn deployment_has_room(routing: &Routing<'_>, deployment: &Deployment) -> bool {
    let (world, now) = (&*routing.port.world, routing.port.now());
    let scope = format!("d:{}", deployment.id);
    if let Some(most) = deployment.tpm
        && window::now(world, &window::minute_key(&scope, "t", now)) >= most
    {
        return false;
    }
    match deployment.rpm {
        None => true,
        Some(most) => window::take(world, &window::minute_key(&scope, "r", now), 1, most, window::MINUTE_KEPT_MS),
    }
}

/// Counts tokens that a deployment has given.
pub(crate) fn deployment_gave(port: &crate::port::Port, deployment: &Deployment, tokens: u64) {
    if deployment.tpm.is_some() {
        let key = window::minute_key(&format!("d:{}", deployment.id), "t", port.now());
        window::add(&*port.world, &key, tokens, window::MINUTE_KEPT_MS);
    }
}
