//! One request.

use ferrite_http::{Access, Answer, Call, Form, Head};
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{ErrorCode, Fields, IncomingRequest, Method, OutgoingResponse, ResponseOutparam};

use crate::body::Outgoing;
use crate::{body, session};

/// The variables of the environment that configure it.
const TOKEN: &str = "FERRITE_HTTP_TOKEN";
const ALLOW_HOST: &str = "FERRITE_HTTP_ALLOW_HOST";
const ALLOW_ORIGIN: &str = "FERRITE_HTTP_ALLOW_ORIGIN";

struct Handler;

impl Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let answer = answer(&request);
        let headers: Vec<_> =
            answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect();
        let Ok(headers) = Fields::from_list(&headers) else {
            return ResponseOutparam::set(out, Err(ErrorCode::InternalError(None)));
        };
        let response = OutgoingResponse::new(headers);
        // Both fail only for values that no answer has.
        let _ = response.set_status_code(answer.status);
        let Some(body) = Outgoing::of(&response) else {
            return ResponseOutparam::set(out, Err(ErrorCode::InternalError(None)));
        };
        // What expires or is freed has to have its time sometime.
        session::tick();
        if body.write_ahead(&answer.body) {
            // The answer is let go last: who has it sends the next request, and one that finds this instance busy gets another
            // instance, with other data.
            body.finish();
            ResponseOutparam::set(out, Ok(response));
        } else {
            ResponseOutparam::set(out, Ok(response));
            body.write(&answer.body);
            body.finish();
        }
    }
}

fn answer(request: &IncomingRequest) -> Answer {
    let method = match request.method() {
        Method::Get => "GET".to_owned(),
        Method::Head => "HEAD".to_owned(),
        Method::Post => "POST".to_owned(),
        Method::Put => "PUT".to_owned(),
        Method::Options => "OPTIONS".to_owned(),
        Method::Other(name) => name,
        Method::Delete | Method::Patch | Method::Connect | Method::Trace => "other".to_owned(),
    };
    let target = request.path_with_query().unwrap_or_else(|| "/".to_owned());
    let mut entries = request.headers().entries();
    if let Some(authority) = request.authority()
        && !entries.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        entries.push(("host".to_owned(), authority.into_bytes()));
    }
    let headers = entries.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    let head = Head::new(&method, &target, headers);
    let access =
        Access::new(&std::env::var(TOKEN).unwrap_or_default()).under(list(ALLOW_HOST)).open_to(list(ALLOW_ORIGIN));
    match access.greet(&head) {
        Err(answer) => answer,
        Ok(origin) => {
            let mut answer = serve(request, &head, &access).unwrap_or_else(|answer| answer);
            origin.allow(&mut answer);
            answer
        }
    }
}

fn serve(request: &IncomingRequest, head: &Head<'_>, access: &Access) -> Result<Answer, Answer> {
    access.authorize(head)?;
    let body = body::read(request)?;
    let call = Call::read(head, &body)?;
    if let Call::Subscription { .. } = call {
        let reason = "messages need a server that serves several requests at a time: `ferrite serve --http`";
        return Err(Answer::error(501, reason));
    }
    Ok(call.answer(session::exchange(&call)?, Form::of(head)))
}

/// Words with blanks between them.
fn list(name: &str) -> Vec<String> {
    std::env::var(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

wasip2::http::proxy::export!(Handler);
