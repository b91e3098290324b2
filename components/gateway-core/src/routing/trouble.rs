//! Why an attempt gave no answer.

use crate::call::Call;
use crate::config::Deployment;
use crate::convert::time;
use crate::event::FailureKind;
use crate::flight::Denial;
use crate::head::{Headers, header};
use crate::port::Failure;
use crate::provider::Provider;
use crate::refusal::Refusal;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The request's: every other deployment would say the same.
    Request,
    /// Nobody's: the deployment's API cannot say it, another one's may.
    Unfit,
    /// The deployment's, as it is configured: another one may do it.
    Deployment,
    /// Nobody's: the same deployment may do it later.
    Passing,
}

/// Why an attempt gave no answer.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) class: Class,
    /// For the client, if nobody else answers.
    pub(crate) denial: Denial,
    /// How long the upstream wants to be left alone.
    pub(crate) retry_after_ms: Option<u64>,
    /// For the log and for metrics.
    pub(crate) cause: String,
}

impl Trouble {
    pub(crate) fn passing(refusal: Refusal, cause: impl Into<String>) -> Self {
        Self { class: Class::Passing, denial: refusal.into(), retry_after_ms: None, cause: cause.into() }
    }

    pub(crate) fn timeout(what: &str) -> Self {
        Self::passing(
            Refusal::upstream_timeout(format!("The upstream took too long: {what}.")),
            format!("timeout: {what}"),
        )
    }

    pub(crate) fn garbage(cause: impl Into<String>) -> Self {
        Self::passing(Refusal::bad_upstream("The upstream's answer cannot be understood."), cause)
    }

    pub(crate) fn lost(failure: Failure) -> Self {
        let cause = format!("{:?}: {}", failure.kind, failure.text);
        let refusal = match failure.kind {
            FailureKind::ConnectTimeout => Refusal::upstream_timeout("The upstream cannot be reached in time."),
            FailureKind::Dns | FailureKind::Connect | FailureKind::Tls => {
                Refusal::bad_upstream("The upstream cannot be reached.")
            }
            FailureKind::Reset | FailureKind::Protocol | FailureKind::Other => {
                Refusal::bad_upstream("The upstream gave no answer.")
            }
        };
        Self::passing(refusal, cause)
    }

    /// What the deployment's API cannot say.
    pub(crate) fn unfit(refusal: Refusal) -> Self {
        // The message may quote the request, which is not for the log.
        let cause = "the request cannot be made in its language".to_owned();
        Self { class: Class::Unfit, denial: refusal.into(), retry_after_ms: None, cause }
    }

    /// The upstream's own error.
    pub(crate) fn answered(
        call: &Call,
        (deployment, provider): (&Deployment, &dyn Provider),
        (status, headers): (u16, Headers),
        body: &[u8],
        now_ms: u64,
    ) -> Self {
        let class = match status {
            408 | 429 | 500.. => Class::Passing,
            401..=404 => Class::Deployment,
            _ => Class::Request,
        };
        let retry_after_ms = retry_after(&headers, now_ms);
        let cause = format!("status {status}");
        let denial = if matches!(status, 401 | 403) && deployment.api_key.is_some() {
            Refusal::bad_upstream("The upstream does not accept the gateway's key.").into()
        } else if let Some((status, body)) = provider.error(call, status, body) {
            Denial::Upstream { status, headers: crate::inference::kept_headers(&headers), body }
        } else {
            let status = if (400..600).contains(&status) { status } else { 502 };
            let message = format!("The upstream answered with status {status}.");
            let mut refusal = Refusal::bad_upstream(message);
            refusal.status = status;
            refusal.retry_after_ms = retry_after_ms;
            refusal.into()
        };
        Self { class, denial, retry_after_ms, cause }
    }
}

/// `retry-after-ms`, or `retry-after` in seconds or as a date. A date that has passed asks for no time at all.
fn retry_after(headers: &Headers, now_ms: u64) -> Option<u64> {
    let number = |name| header(headers, name)?.parse::<f64>().ok().filter(|number| (0.0..1e9).contains(number));
    let ms = number("retry-after-ms").or_else(|| number("retry-after").map(|seconds| seconds * 1000.0));
    ms.map(|ms| ms.ceil() as u64).or_else(|| {
        let at = u64::try_from(time::http_date(header(headers, "retry-after")?)?).ok()?;
        Some(at.saturating_mul(1000).saturating_sub(now_ms)).filter(|ms| *ms < 1_000_000_000_000)
    })
}
