"""Holds what the golden files say comes out of the conversions against PyPI's `anthropic` and `openai`.

    python3 -m venv venv && venv/bin/pip install anthropic openai
    venv/bin/python components/gateway-core/tests/convert/check.py

Requests are validated against the clients' own parameter types with unknown fields forbidden; answers, streams, errors
and lists go through the real clients over a transport that replays them. Prints what does not fit, and how many fit.
"""

import importlib
import json
import pathlib
import pkgutil
import sys
import typing

import anthropic
import openai
import pydantic
import typing_extensions
from anthropic.types import message_create_params as messages_params
from anthropic.types.shared import ErrorResponse
from openai.types.chat import completion_create_params as chat_params

try:
    import httpx2 as httpx
except ImportError:
    import httpx

GOLDEN = pathlib.Path(__file__).parent / "golden"

# What we keep on purpose although the client's types do not have it.
EXTRA = {"vendor_field", "top_k", "temperature", "top_p", "thinking_blocks", "reasoning_content"}

fits, misfits = 0, []


def cases(name):
    return json.loads((GOLDEN / f"{name}.json").read_text())


def report(file, case, error=None):
    global fits
    if error is None:
        fits += 1
    else:
        misfits.append(f"{file}: {case['case']}: {error}")


def forbid_unknown(package):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".beta" in module.name:
            continue
        for item in vars(importlib.import_module(module.name)).values():
            if typing_extensions.is_typeddict(item) and "__pydantic_config__" not in vars(item):
                item.__pydantic_config__ = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def without_extra(value):
    if isinstance(value, dict):
        return {name: without_extra(inner) for name, inner in value.items() if name not in EXTRA}
    return [without_extra(inner) for inner in value] if isinstance(value, list) else value


def client(kind, status, body, content_type="application/json"):
    def answer(_request):
        return httpx.Response(status, headers={"content-type": content_type}, content=body)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return kind(api_key="key", base_url="http://gateway.test", http_client=http, max_retries=0)


def requests(file, params):
    adapter = pydantic.TypeAdapter(params)
    for case in cases(file):
        if "to" in case:
            try:
                adapter.validate_python(without_extra(case["to"]))
                report(file, case)
            except pydantic.ValidationError as error:
                report(file, case, error)


def sse(event):
    if isinstance(event, str):
        return event + "\n\n" if event.startswith(":") else f"data: {event}\n\n"
    [(name, data)] = event.items() if len(event) == 1 and "error" not in event else [(None, event)]
    if "error" in event and event["error"].get("type") == "error":
        name, data = "error", event["error"]
    return (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"


def streams(file, kind, read):
    for case in cases(file):
        if "to" not in case:
            continue
        text = "".join(sse(event) for event in case["to"]["events"])
        failed = any("error" in event for event in case["to"]["events"] if isinstance(event, dict))
        try:
            read(client(kind, 200, text, "text/event-stream"), case)
            report(file, case, "an error that the client did not see" if failed else None)
        except (anthropic.APIError, openai.APIError) as error:
            report(file, case, None if failed else error)
        except Exception as error:  # whatever a client throws is what we want to know
            report(file, case, repr(error))


def read_messages(anthropic_client, case):
    one = pydantic.TypeAdapter(anthropic.types.RawMessageStreamEvent)
    for event in case["to"]["events"]:
        [(name, data)] = event.items()
        if name != "error":
            one.validate_python(data, strict=True)
    events = []
    with anthropic_client.messages.stream(model="m", max_tokens=1, messages=[]) as stream:
        for event in stream:
            events.append(event.type)
        final = stream.get_final_message()
    assert ("message_stop" in events) == case["to"]["complete"]
    if case["to"]["complete"]:
        anthropic.types.Message.model_validate(final.model_dump(exclude={"content"}) | {"content": []}, strict=True)
        starts = [event["content_block_start"] for event in case["to"]["events"] if "content_block_start" in event]
        types = [start["content_block"]["type"] for start in starts]
        assert [block.type for block in final.content] == types, final
        assert final.stop_reason is not None
        for block in final.content:
            assert block.type != "tool_use" or isinstance(block.input, dict)


def read_chat(openai_client, case):
    chunks = list(openai_client.chat.completions.create(model="m", messages=[], stream=True))
    for chunk in chunks:
        openai.types.chat.ChatCompletionChunk.model_validate(chunk.model_dump(), strict=True)
    reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert len(reasons) == (1 if case["to"]["complete"] else 0), reasons
    # The helper puts the pieces together; it refuses what is cut or filtered.
    if reasons and reasons[0] in ("stop", "tool_calls"):
        with openai_client.chat.completions.stream(model="m", messages=[]) as stream:
            for _ in stream:
                pass
            whole = stream.get_final_completion()
        for call in whole.choices[0].message.tool_calls or []:
            assert isinstance(json.loads(call.function.arguments), dict)
        if case.get("options", {}).get("include_usage", True):
            assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens


def answers(file, model, call):
    for case in cases(file):
        if "to" in case:
            try:
                model.model_validate(case["to"], strict=True)
                parsed = call(json.dumps(case["to"]))
                known = {name: value for name, value in case["to"].items() if name in model.model_fields}
                seen = json.loads(parsed.model_dump_json(exclude_unset=True))
                lost = {name for name, value in known.items() if seen.get(name) != value}
                report(file, case, f"the client reads {lost} otherwise" if lost else None)
            except Exception as error:
                report(file, case, error)


def errors(file, kind, ask):
    expected = {400: "BadRequestError", 401: "AuthenticationError", 403: "PermissionDeniedError", 404: "NotFoundError",
                429: "RateLimitError"}
    for case in cases(file):
        status, body = case["to"]["status"], case["to"]["body"]
        try:
            ask(client(kind, status, json.dumps(body)))
            report(file, case, "no error")
        except (anthropic.APIStatusError, openai.APIStatusError) as error:
            wrong = type(error).__name__ != expected.get(status, type(error).__name__)
            wrong = wrong or body["error"]["message"] not in str(error) or error.status_code != status
            if kind is anthropic.Anthropic:
                ErrorResponse.model_validate(body, strict=True)
            report(file, case, f"{type(error).__name__}: {error}" if wrong else None)


def models(file, kind):
    for case in cases(file):
        if "to" in case:
            page = client(kind, 200, json.dumps(case["to"])).models.list()
            report(file, case, None if [m.id for m in page] == [m["id"] for m in case["to"]["data"]] else page)
            for model in page:
                type(model).model_validate_json(model.model_dump_json())


def ask_messages(anthropic_client):
    return anthropic_client.messages.create(model="m", max_tokens=1, messages=[])


def ask_chat(openai_client):
    return openai_client.chat.completions.create(model="m", messages=[])


forbid_unknown(anthropic.types)
forbid_unknown(openai.types)
requests("chat-request", typing.Union[messages_params.MessageCreateParamsNonStreaming,
                                      messages_params.MessageCreateParamsStreaming])
requests("messages-request", typing.Union[chat_params.CompletionCreateParamsNonStreaming,
                                          chat_params.CompletionCreateParamsStreaming])
answers("message", openai.types.chat.ChatCompletion, lambda body: ask_chat(client(openai.OpenAI, 200, body)))
answers("completion", anthropic.types.Message, lambda body: ask_messages(client(anthropic.Anthropic, 200, body)))
streams("chat-stream", anthropic.Anthropic, read_messages)
streams("messages-stream", openai.OpenAI, read_chat)
errors("error-chat", anthropic.Anthropic, ask_messages)
errors("error-messages", openai.OpenAI, ask_chat)
models("models-chat", anthropic.Anthropic)
models("models-messages", openai.OpenAI)
print(*misfits, sep="\n")
print(f"anthropic {anthropic.__version__}, openai {openai.__version__}: {fits} fit, {len(misfits)} do not")
sys.exit(bool(misfits))
