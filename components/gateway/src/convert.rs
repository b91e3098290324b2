//! Between WIT's types of `exchanges` and the core's.

use ferrite_gateway as core;

use crate::bindings::exports::ferrite::gateway::exchanges::{
    Action, AnswerHead, EmbedCall, Event, FailureKind, Hook, Level, PolicyAnswer, PolicyCall, RequestHead, Scheme,
    UpstreamEvent, UpstreamRequest,
};
use crate::bindings::ferrite::gateway::policies::Failure;
use crate::bindings::ferrite::gateway::verdicts::{Chunk, ChunkVerdict, Verdict};

pub(crate) fn head(head: RequestHead) -> core::RequestHead {
    core::RequestHead { method: head.method, path: head.path, headers: head.headers }
}

pub(crate) fn event(event: Event) -> core::Event {
    match event {
        Event::Body(bytes) => core::Event::Body(bytes),
        Event::BodyEnd => core::Event::BodyEnd,
        Event::BodyFailed => core::Event::BodyFailed,
        Event::ClientGone => core::Event::ClientGone,
        Event::Upstream((id, event)) => core::Event::Upstream(core::CallId(id), upstream(event)),
        Event::Embedded((id, vectors)) => core::Event::Embedded(core::CallId(id), vectors),
        Event::Policy((id, answer)) => core::Event::Policy(core::CallId(id), answer.map(answer_of).map_err(failure)),
        Event::Woken => core::Event::Woken,
    }
}

fn upstream(event: UpstreamEvent) -> core::UpstreamEvent {
    match event {
        UpstreamEvent::Head(AnswerHead { status, headers }) => core::UpstreamEvent::Head { status, headers },
        UpstreamEvent::Body(bytes) => core::UpstreamEvent::Body(bytes),
        UpstreamEvent::End => core::UpstreamEvent::End,
        UpstreamEvent::Failed((kind, text)) => {
            let kind = match kind {
                FailureKind::Dns => core::FailureKind::Dns,
                FailureKind::Connect => core::FailureKind::Connect,
                FailureKind::ConnectTimeout => core::FailureKind::ConnectTimeout,
                FailureKind::Tls => core::FailureKind::Tls,
                FailureKind::Reset => core::FailureKind::Reset,
                FailureKind::Protocol => core::FailureKind::Protocol,
                FailureKind::Other => core::FailureKind::Other,
            };
            core::UpstreamEvent::Failed { kind, text }
        }
    }
}

fn answer_of(answer: PolicyAnswer) -> core::PolicyAnswer {
    match answer {
        PolicyAnswer::Verdict(verdict) => verdict_of(verdict),
        PolicyAnswer::Chunk(verdict) => chunk_verdict_of(verdict),
    }
}

pub(crate) fn verdict_of(verdict: Verdict) -> core::PolicyAnswer {
    match verdict {
        Verdict::Continue => core::PolicyAnswer::Continue,
        Verdict::Replace(text) => core::PolicyAnswer::Replace(text),
        Verdict::Refuse((status, message)) => core::PolicyAnswer::Refuse { status, message },
    }
}

pub(crate) fn chunk_verdict_of(verdict: ChunkVerdict) -> core::PolicyAnswer {
    match verdict {
        ChunkVerdict::Continue => core::PolicyAnswer::Continue,
        ChunkVerdict::Hold(held) => core::PolicyAnswer::Hold { send: held.send, keep: held.keep },
        ChunkVerdict::Refuse(message) => core::PolicyAnswer::Refuse { status: 0, message },
    }
}

pub(crate) fn failure(failure: Failure) -> core::PolicyFailure {
    match failure {
        Failure::Missing => core::PolicyFailure::Missing,
        Failure::Failed(text) => core::PolicyFailure::Failed(text),
        Failure::Error(text) => core::PolicyFailure::Error(text),
    }
}

pub(crate) fn action(action: core::Action) -> Action {
    match action {
        core::Action::ReadBody => Action::ReadBody,
        core::Action::Send(request) => Action::Send(request_of(request)),
        core::Action::Read(id) => Action::Read(id.0),
        core::Action::Cancel(id) => Action::Cancel(id.0),
        core::Action::Embed(id, texts) => Action::Embed(EmbedCall { id: id.0, texts }),
        core::Action::Policy(id, call) => {
            let hook = match call.hook {
                core::Hook::OnRequest => Hook::OnRequest(call.payload),
                core::Hook::OnResponse => Hook::OnResponse(call.payload),
                core::Hook::OnChunk => {
                    Hook::OnChunk(Chunk { text: call.payload, window: call.window, last: call.last })
                }
            };
            Action::Policy(PolicyCall { id: id.0, name: call.name, hook })
        }
        core::Action::Head { status, headers } => Action::Head(AnswerHead { status, headers }),
        core::Action::Write(bytes) => Action::Write(bytes),
        core::Action::Finish => Action::Finish,
        core::Action::Abort => Action::Abort,
        core::Action::WakeAt(time) => Action::WakeAt(time),
    }
}

fn request_of(request: core::UpstreamRequest) -> UpstreamRequest {
    UpstreamRequest {
        id: request.id.0,
        method: request.method.to_owned(),
        scheme: match request.scheme {
            core::Scheme::Http => Scheme::Http,
            core::Scheme::Https => Scheme::Https,
        },
        authority: request.authority,
        path: request.path,
        headers: request.headers,
        body: request.body,
        connect_timeout_ms: request.connect_timeout_ms,
    }
}

pub(crate) fn level(level: core::Level) -> Level {
    match level {
        core::Level::Debug => Level::Debug,
        core::Level::Info => Level::Info,
        core::Level::Warning => Level::Warning,
        core::Level::Error => Level::Error,
    }
}
