//! One request to the gateway's own model engine: batch after batch, as much as it takes at once.

use super::trouble::Trouble;
use super::{Outcome, Routing};
use crate::config::Deployment;
use crate::gateway::Gateway;
use crate::provider::local::{Answer, Asked, Wrong};
use crate::refusal::Refusal;

impl Routing<'_> {
    /// The first batch is the first byte of an upstream's answer, the others are its further pieces.
    pub(super) async fn ask_engine(&self, deployment: &Deployment, deadline_ms: u64) -> Result<Outcome, Trouble> {
        let asked = Asked::read(self.call).map_err(Trouble::unfit)?;
        let _busy = Gateway::busy(self.gateway, &deployment.id);
        let timeouts = deployment.timeouts;
        let deadline_ms = deadline_ms.min(self.port.now().saturating_add(timeouts.total_ms));
        let mut patience_ms = timeouts.first_byte_ms;
        let mut answer = Answer::new(&asked, self.gateway.config.server.max_answer_bytes);
        while let Some(texts) = answer.wanted() {
            let count = texts.len();
            let until = deadline_ms.min(self.port.now().saturating_add(patience_ms));
            let vectors = self.port.before(until, self.port.embed(texts)).await;
            let vectors = vectors.map_err(|_| late())?.map_err(failed)?;
            answer.take(&vectors, count).map_err(|wrong| match wrong {
                Wrong::Vectors(cause) => garbage(cause),
                Wrong::Request(refusal) => Trouble::unfit(refusal),
            })?;
            patience_ms = timeouts.between_bytes_ms;
        }
        let (body, usage) = answer.end(deployment.model.as_deref().unwrap_or(&self.call.model));
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Ok(Outcome::Whole { status: 200, headers, body, usage: Some(usage) })
    }
}

fn late() -> Trouble {
    let refusal = Refusal::upstream_timeout("The gateway's model engine took too long.");
    Trouble::passing(refusal, "timeout: no vectors")
}

fn failed(cause: String) -> Trouble {
    let refusal = Refusal::unavailable("The gateway's model engine gives no vectors at the moment.");
    Trouble::passing(refusal, format!("the model engine: {cause}"))
}

fn garbage(cause: String) -> Trouble {
    let refusal = Refusal::bad_upstream("What the gateway's model engine gave cannot be understood.");
    Trouble::passing(refusal, format!("the model engine: {cause}"))
}
