"""PyPI's `openai` and `anthropic` against the mock: python check_clients.py, with MOCK_URL such as http://127.0.0.1:8010."""

import base64
import json
import math
import os
import struct
import unittest
import urllib.request

import anthropic
import openai

MOCK_URL = os.environ["MOCK_URL"]
# What the clients talk to: the mock, or what is in front of it.
BASE_URL = os.environ.get("BASE_URL", MOCK_URL)

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}


def script(text=""):
    """Has the mock behave by a script."""
    request = urllib.request.Request(f"{MOCK_URL}/mock/script", data=text.encode(), method="PUT")
    urllib.request.urlopen(request).close()


def then(text):
    script(f"[[rule]]\nthen = {{ {text} }}")


def valid(value):
    """The object, if every field has the type that the client says; the client itself does not look."""
    type(value).model_validate(value.to_dict(mode="python"), strict=False)
    return value


def user(text):
    return [{"role": "user", "content": text}]


class Case(unittest.TestCase):
    def setUp(self):
        script()

    @classmethod
    def setUpClass(cls):
        cls.openai = openai.OpenAI(base_url=f"{BASE_URL}/v1", api_key="sk-test", max_retries=0)
        cls.anthropic = anthropic.Anthropic(base_url=BASE_URL, api_key="sk-ant-test", max_retries=0)
        cls.addClassCleanup(cls.openai.close)
        cls.addClassCleanup(cls.anthropic.close)


class Chat(Case):
    def ask(self, text="Hello there", **more):
        more = {"model": "gpt-4o", "messages": user(text), **more}
        return self.openai.chat.completions.create(**more)

    def test_an_answer_is_an_echo_that_repeats(self):
        answer = valid(self.ask())
        message = answer.choices[0].message
        self.assertRegex(message.content, r"^You said: Hello there \[[0-9a-f]{12}\]$")
        self.assertEqual((message.role, answer.choices[0].finish_reason), ("assistant", "stop"))
        self.assertEqual((answer.object, answer.model, answer.created), ("chat.completion", "gpt-4o", 1_700_000_000))
        self.assertTrue(answer.id.startswith("chatcmpl-"))
        usage = answer.usage
        self.assertEqual((usage.prompt_tokens, usage.completion_tokens, usage.total_tokens), (6, 5, 11))
        self.assertEqual(answer.to_dict(), self.ask().to_dict())
        self.assertNotEqual(answer.id, self.ask("Hello you").id)
        self.assertNotEqual(answer.id, self.ask(temperature=0.5).id)

    def test_a_stream_adds_up_to_the_answer(self):
        whole = self.ask()
        chunks = [valid(chunk) for chunk in self.ask(stream=True, stream_options={"include_usage": True})]
        self.assertEqual({chunk.id for chunk in chunks}, {whole.id})
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage, whole.usage)
        self.assertTrue(all(chunk.usage is None for chunk in chunks[:-1]))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])
        self.assertEqual(text, whole.choices[0].message.content)
        self.assertEqual(chunks[0].choices[0].delta.role, "assistant")
        self.assertEqual(chunks[-2].choices[0].finish_reason, "stop")
        self.assertTrue(all(chunk.usage is None for chunk in self.ask(stream=True)))

    def test_the_stream_helper_builds_the_answer(self):
        with self.openai.chat.completions.stream(model="gpt-4o", messages=user("Hello there")) as stream:
            streamed = stream.until_done().get_final_completion()
        self.assertEqual(streamed.choices[0].message.content, self.ask().choices[0].message.content)

    def test_a_tool_is_called_when_the_text_names_it(self):
        tools = [
            {"type": "function", "function": {"name": name, "parameters": WEATHER}} for name in ("weather", "forecast")
        ]
        answer = valid(self.ask('Ask weather {"city": "Oslo"} and forecast', tools=tools))
        self.assertEqual((answer.choices[0].finish_reason, answer.choices[0].message.content), ("tool_calls", None))
        calls = answer.choices[0].message.tool_calls
        self.assertEqual([call.function.name for call in calls], ["weather", "forecast"])
        self.assertEqual([json.loads(call.function.arguments) for call in calls], [{"city": "Oslo"}, {"city": "city"}])
        self.assertEqual(self.ask("Hello", tools=tools).choices[0].message.tool_calls, None)
        forced = {"type": "function", "function": {"name": "forecast"}}
        answer = self.ask("Hello", tools=tools, tool_choice=forced)
        self.assertEqual(answer.choices[0].message.tool_calls[0].function.name, "forecast")
        messages = user("Ask weather") + [
            {"role": "assistant", "tool_calls": [call.to_dict() for call in calls]},
            {"role": "tool", "tool_call_id": calls[0].id, "content": "Rain"},
        ]
        answer = self.ask(messages=messages, tools=tools)
        self.assertTrue(answer.choices[0].message.content.startswith("The tool said: Rain"))

    def test_a_streamed_call_adds_up_to_the_call(self):
        tools = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER, "strict": False}}]
        request = {"model": "gpt-4o", "messages": user('weather {"city": "A rather long name"}'), "tools": tools}
        whole = self.openai.chat.completions.create(**request)
        with self.openai.chat.completions.stream(**request) as stream:
            streamed = stream.until_done().get_final_completion()
        call, other = whole.choices[0].message.tool_calls[0], streamed.choices[0].message.tool_calls[0]
        self.assertEqual((call.id, call.function.name), (other.id, other.function.name))
        self.assertEqual(call.function.arguments, other.function.arguments)
        self.assertEqual(streamed.choices[0].finish_reason, "tool_calls")

    def test_choices_limits_and_formats(self):
        answer = valid(self.ask(n=3))
        self.assertEqual([choice.index for choice in answer.choices], [0, 1, 2])
        self.assertEqual(len({choice.message.content for choice in answer.choices}), 3)
        chunks = [chunk.choices[0] for chunk in self.ask(n=3, stream=True)]
        for index, choice in enumerate(answer.choices):
            text = "".join(chunk.delta.content or "" for chunk in chunks if chunk.index == index)
            self.assertEqual(text, choice.message.content)
        answer = self.ask(max_completion_tokens=2)
        self.assertEqual((answer.choices[0].finish_reason, answer.usage.completion_tokens), ("length", 2))
        answer = self.ask(response_format={"type": "json_object"})
        self.assertEqual(json.loads(answer.choices[0].message.content), {"said": "Hello there"})
        format = {"type": "json_schema", "json_schema": {"name": "w", "schema": WEATHER}}
        answer = self.ask(response_format=format)
        self.assertEqual(json.loads(answer.choices[0].message.content), {"city": "city"})

    def test_errors_arrive_as_the_errors_of_the_client(self):
        for status, kind in [
            (400, openai.BadRequestError),
            (401, openai.AuthenticationError),
            (403, openai.PermissionDeniedError),
            (404, openai.NotFoundError),
            (429, openai.RateLimitError),
            (500, openai.InternalServerError),
        ]:
            then(f'status = {status}, error = {{ message = "told", code = "c", param = "p" }}')
            for stream in (False, True):
                with self.assertRaises(kind) as raised:
                    self.ask(stream=stream)
                error = raised.exception
                self.assertEqual((error.status_code, error.code, error.param), (status, "c", "p"))
                self.assertIn("told", error.message)
                self.assertTrue(error.request_id.startswith("req_"))
        script()
        for wrong in ({"messages": []}, {"n": 0}, {"n": 1000}, {"max_tokens": 0}, {"model": ""}):
            with self.assertRaises(openai.BadRequestError):
                self.ask(**wrong)
        script('api-keys = ["sk-other"]')
        with self.assertRaises(openai.AuthenticationError) as raised:
            self.ask()
        self.assertEqual(raised.exception.code, "invalid_api_key")
        script("only-these-models = true")
        with self.assertRaises(openai.NotFoundError) as raised:
            self.ask(model="no-such")
        self.assertEqual(raised.exception.code, "model_not_found")

    def test_faults_arrive_as_the_errors_of_the_client(self):
        for fault in ("reset", "close", "half-event"):
            then(f'fault = "{fault}", after-bytes = 100')
            with self.assertRaises(openai.APIConnectionError):
                self.ask()
            with self.assertRaises(openai.APIConnectionError):
                list(self.ask(stream=True))
        then('fault = "error-event", error = { message = "broken" }')
        with self.assertRaises(openai.APIError) as raised:
            list(self.ask(stream=True))
        self.assertEqual(raised.exception.message, "broken")
        then('fault = "stall"')
        with self.assertRaises(openai.APITimeoutError):
            self.openai.with_options(timeout=0.3).chat.completions.create(model="m", messages=user("Hello"))

    def test_a_client_that_tries_again_gets_its_answer(self):
        then('pattern = "429, 500, ok", headers = { retry-after-ms = "1" }')
        client = self.openai.with_options(max_retries=2)
        answer = client.chat.completions.create(model="gpt-4o", messages=user("Hello there"))
        self.assertIn("Hello there", answer.choices[0].message.content)


class OtherOpenAi(Case):
    def test_completions(self):
        answer = valid(self.openai.completions.create(model="m", prompt=["One", "Two"], echo=True))
        self.assertEqual(len(answer.choices), 2)
        self.assertTrue(answer.choices[1].text.startswith("TwoYou said: Two"))
        whole = self.openai.completions.create(model="m", prompt="One")
        options = {"include_usage": True}
        chunks = list(self.openai.completions.create(model="m", prompt="One", stream=True, stream_options=options))
        self.assertEqual("".join(chunk.choices[0].text for chunk in chunks[:-1]), whole.choices[0].text)
        self.assertEqual((chunks[-1].usage, chunks[-2].choices[0].finish_reason), (whole.usage, "stop"))

    def test_embeddings(self):
        texts = ["The cat sat on the mat", "The cat sat on a mat", "Quarterly revenue grew"]
        answer = valid(self.openai.embeddings.create(model="text-embedding-3-small", input=texts))
        vectors = [item.embedding for item in answer.data]
        self.assertEqual(([len(vector) for vector in vectors], answer.usage.total_tokens), ([1536] * 3, 15))
        cosine = lambda one, other: sum(a * b for a, b in zip(one, other))
        self.assertTrue(all(math.isclose(cosine(vector, vector), 1, abs_tol=1e-5) for vector in vectors))
        self.assertGreater(cosine(vectors[0], vectors[1]), 0.7)
        self.assertLess(cosine(vectors[0], vectors[2]), 0.3)
        floats = self.openai.embeddings.create(model="m", input=texts[0], dimensions=8, encoding_format="float")
        coded = self.openai.embeddings.create(model="m", input=texts[0], dimensions=8, encoding_format="base64")
        numbers = struct.unpack("<8f", base64.b64decode(coded.data[0].embedding))
        self.assertTrue(all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(floats.data[0].embedding, numbers)))
        tokens = self.openai.embeddings.create(model="m", input=[[1, 2], [3]], dimensions=4)
        self.assertEqual(len(tokens.data), 2)
        for wrong in ({"input": ""}, {"input": []}, {"input": "a", "dimensions": 4000}):
            with self.assertRaises(openai.BadRequestError):
                self.openai.embeddings.create(model="m", **wrong)

    def test_models(self):
        script('models = ["one", "two"]')
        models = [valid(model) for model in self.openai.models.list()]
        self.assertEqual([model.id for model in models], ["one", "two"])
        self.assertEqual(valid(self.openai.models.retrieve("two")), models[1])
        with self.assertRaises(openai.NotFoundError):
            self.openai.models.retrieve("three")


class Responses(Case):
    def test_an_answer(self):
        answer = valid(self.openai.responses.create(model="gpt-4o", input="Hello there", instructions="Be brief"))
        self.assertTrue(answer.output_text.startswith("You said: Hello there ["))
        self.assertEqual((answer.status, answer.object, answer.instructions), ("completed", "response", "Be brief"))
        self.assertEqual(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens)
        short = self.openai.responses.create(model="gpt-4o", input=user("Hello there"), max_output_tokens=2)
        self.assertEqual((short.status, short.incomplete_details.reason), ("incomplete", "max_output_tokens"))

    def test_a_stream_has_all_its_events_in_order(self):
        whole = self.openai.responses.create(model="gpt-4o", input="Hello there")
        events = [valid(event) for event in self.openai.responses.create(model="gpt-4o", input="Hello there", stream=True)]
        self.assertEqual([event.sequence_number for event in events], list(range(len(events))))
        kinds = [event.type.removeprefix("response.") for event in events]
        start = ["created", "in_progress", "output_item.added", "content_part.added"]
        end = ["output_text.done", "content_part.done", "output_item.done", "completed"]
        self.assertEqual(kinds, start + ["output_text.delta"] * (len(events) - 8) + end)
        text = "".join(event.delta for event in events[4:-4])
        self.assertEqual((text, events[-4].text), (whole.output_text, whole.output_text))
        self.assertEqual(events[-1].response.to_dict(), whole.to_dict())
        with self.openai.responses.stream(model="gpt-4o", input="Hello there") as stream:
            self.assertEqual(stream.get_final_response().output_text, whole.output_text)

    def test_tools(self):
        tools = [{"type": "function", "name": "weather", "parameters": WEATHER, "strict": False}]
        request = {"model": "gpt-4o", "input": 'weather {"city": "Oslo"}', "tools": tools}
        whole = valid(self.openai.responses.create(**request))
        call = whole.output[0]
        self.assertEqual((call.type, call.name, json.loads(call.arguments)), ("function_call", "weather", {"city": "Oslo"}))
        events = [valid(event) for event in self.openai.responses.create(**request, stream=True)]
        pieces = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
        self.assertEqual("".join(pieces), call.arguments)
        self.assertEqual(events[-1].response.to_dict(), whole.to_dict())
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "Rain"}
        answer = self.openai.responses.create(model="gpt-4o", input=[call.to_dict(), result], tools=tools)
        self.assertTrue(answer.output_text.startswith("The tool said: Rain"))

    def test_an_error_event(self):
        then('fault = "error-event", error = { message = "broken" }')
        try:
            events = list(self.openai.responses.create(model="m", input="Hello", stream=True))
            self.assertEqual((events[-1].type, events[-1].message), ("error", "broken"))
        except openai.APIError as error:
            self.assertIn("broken", str(error))


class Messages(Case):
    def ask(self, text="Hello there", **more):
        more = {"model": "claude-sonnet-5-5", "max_tokens": 1000, "messages": user(text), **more}
        return self.anthropic.messages.create(**more)

    def test_an_answer_is_an_echo_that_repeats(self):
        answer = valid(self.ask(system="Be brief"))
        self.assertRegex(answer.content[0].text, r"^You said: Hello there \[[0-9a-f]{12}\]$")
        self.assertEqual((answer.type, answer.role, answer.stop_reason), ("message", "assistant", "end_turn"))
        self.assertEqual((answer.usage.input_tokens, answer.usage.output_tokens), (12, 5))
        self.assertTrue(answer.id.startswith("msg_") and answer._request_id.startswith("req_"))
        self.assertEqual(answer.to_dict(), self.ask(system="Be brief").to_dict())
        self.assertEqual(self.ask(max_tokens=2).stop_reason, "max_tokens")
        count = self.anthropic.messages.count_tokens(model="m", messages=user("Hello there"), system="Be brief")
        self.assertEqual(valid(count).input_tokens, 12)

    def test_a_stream_has_all_its_events_in_order(self):
        whole = self.ask()
        events = [valid(event) for event in self.ask(stream=True)]
        kinds = [event.type for event in events]
        start = ["message_start", "content_block_start"]
        end = ["content_block_stop", "message_delta", "message_stop"]
        self.assertEqual(kinds, start + ["content_block_delta"] * (len(events) - 5) + end)
        self.assertEqual((events[0].message.content, events[0].message.stop_reason), ([], None))
        self.assertEqual((events[-2].delta.stop_reason, events[-2].usage.output_tokens), ("end_turn", 5))
        with self.anthropic.messages.stream(model="claude-sonnet-5-5", max_tokens=1000, messages=user("Hello there")) as stream:
            final = stream.get_final_message()
        self.assertEqual((final.id, final.content[0].text), (whole.id, whole.content[0].text))
        self.assertEqual((final.stop_reason, final.usage), (whole.stop_reason, whole.usage))

    def test_tools(self):
        tools = [{"name": name, "input_schema": WEATHER} for name in ("weather", "forecast")]
        request = {"tools": tools, "messages": user('Ask weather {"city": "Oslo"} and forecast')}
        answer = valid(self.ask(**request))
        self.assertEqual(answer.stop_reason, "tool_use")
        self.assertEqual([block.name for block in answer.content], ["weather", "forecast"])
        self.assertEqual(answer.content[0].input, {"city": "Oslo"})
        with self.anthropic.messages.stream(model="claude-sonnet-5-5", max_tokens=1000, **request) as stream:
            final = stream.get_final_message()
        self.assertEqual([block.id for block in final.content], [block.id for block in answer.content])
        self.assertEqual([block.input for block in final.content], [block.input for block in answer.content])
        forced = self.ask("Hello", tools=tools, tool_choice={"type": "tool", "name": "forecast"})
        self.assertEqual(forced.content[0].name, "forecast")
        self.assertEqual(self.ask("weather", tools=tools, tool_choice={"type": "none"}).content[0].type, "text")
        result = {"type": "tool_result", "tool_use_id": answer.content[0].id, "content": [{"type": "text", "text": "Rain"}]}
        messages = request["messages"] + [
            {"role": "assistant", "content": [block.to_dict() for block in answer.content[:1]]},
            {"role": "user", "content": [result]},
        ]
        self.assertTrue(self.ask(messages=messages, tools=tools).content[0].text.startswith("The tool said: Rain"))

    def test_errors_arrive_as_the_errors_of_the_client(self):
        for status, kind, name in [
            (400, anthropic.BadRequestError, "invalid_request_error"),
            (401, anthropic.AuthenticationError, "authentication_error"),
            (403, anthropic.PermissionDeniedError, "permission_error"),
            (404, anthropic.NotFoundError, "not_found_error"),
            (429, anthropic.RateLimitError, "rate_limit_error"),
            (500, anthropic.InternalServerError, "api_error"),
            (529, anthropic.APIStatusError, "overloaded_error"),
        ]:
            then(f"status = {status}")
            with self.assertRaises(kind) as raised:
                self.ask()
            error = raised.exception
            self.assertEqual((error.status_code, error.body["error"]["type"]), (status, name))
            self.assertEqual(error.body["type"], "error")
        script('api-keys = ["sk-ant-test"]')
        self.ask()
        then('fault = "error-event"')
        with self.assertRaises(anthropic.APIStatusError) as raised:
            list(self.ask(stream=True))
        self.assertEqual(raised.exception.body["error"]["type"], "overloaded_error")
        then('fault = "reset"')
        with self.assertRaises(anthropic.APIConnectionError):
            self.ask()

    def test_models(self):
        models = [valid(model) for model in self.anthropic.models.list()]
        self.assertIn("claude-sonnet-5-5", [model.id for model in models])
        self.assertEqual(self.anthropic.models.retrieve("gpt-4o").id, "gpt-4o")


if __name__ == "__main__":
    unittest.main()
