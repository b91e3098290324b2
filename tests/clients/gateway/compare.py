"""PyPI's `openai` and `anthropic`, directly and through a gateway: what they parse is equal, field by field.

python compare.py, with DIRECT_URL and GATEWAY_URL such as http://127.0.0.1:8010.
"""

import os
import unittest

import anthropic
import openai

DIRECT = os.environ["DIRECT_URL"]
GATEWAY = os.environ["GATEWAY_URL"]

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CLAUDE_TOOL = {"name": "weather", "description": "The weather of a city", "input_schema": TOOL["function"]["parameters"]}


def user(text):
    return [{"role": "user", "content": text}]


def plain(value):
    """What the client made of an answer, as plain data; of a stream, the list of its events."""
    if hasattr(value, "to_dict"):
        return value.to_dict(mode="json")
    if isinstance(value, (openai.Stream, anthropic.Stream)):
        return [event.to_dict(mode="json") for event in value]
    return [item.to_dict(mode="json") for item in value]


def outcome(call, client):
    try:
        return plain(call(client))
    except (openai.APIStatusError, anthropic.APIStatusError) as error:
        return type(error).__name__, error.status_code, error.body


class Equal(unittest.TestCase):
    def both(self, make, path, call):
        clients = [make(base_url=f"{url}{path}", api_key="sk-test", max_retries=0) for url in (DIRECT, GATEWAY)]
        direct, through = [outcome(call, client) for client in clients]
        self.assertTrue(direct)
        self.assertEqual(direct, through)
        return direct

    def openai(self, call):
        return self.both(openai.OpenAI, "/v1", call)

    def anthropic(self, call):
        return self.both(anthropic.Anthropic, "", call)

    def test_chat(self):
        for more in (
            {},
            {"temperature": 0.5, "top_p": 0.9, "seed": 7, "stop": ["END"], "max_completion_tokens": 50},
            {"n": 3},
            {"metadata": {"who": "tests"}, "store": False, "user": "ada"},
            {"extra_body": {"a_field_of_tomorrow": {"nested": [1, 2.50, None, True, "ü"]}}},
            {"response_format": {"type": "json_object"}},
        ):
            with self.subTest(more=more):
                self.openai(lambda c: c.chat.completions.create(model="gpt-4o", messages=user("Hello"), **more))

    def test_chat_with_a_long_conversation_and_every_kind_of_content(self):
        messages = [
            {"role": "system", "content": "Be brief. \U0001F980"},
            {"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]},
            {"role": "assistant", "content": "A picture."},
            {"role": "user", "content": "x" * 100_000},
        ]
        self.openai(lambda c: c.chat.completions.create(model="gpt-4o", messages=messages))

    def test_streams_of_chat(self):
        for more in ({}, {"stream_options": {"include_usage": True}}, {"n": 2}):
            with self.subTest(more=more):
                call = lambda c: c.chat.completions.create(model="gpt-4o", messages=user("Hello stream"), stream=True, **more)
                self.openai(call)

    def test_tools(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                text = 'Please call weather {"city": "Paris"}'
                call = lambda c: c.chat.completions.create(model="gpt-4o", messages=user(text), tools=[TOOL], stream=stream)
                self.assertIn("weather", str(self.openai(call)))

    def test_tool_results(self):
        calls = [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Paris"}'}}]
        messages = user("Weather?") + [{"role": "assistant", "tool_calls": calls}, {"role": "tool", "tool_call_id": "call_1", "content": "rain"}]
        self.openai(lambda c: c.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL]))

    def test_completions(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.openai(lambda c: c.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hello", stream=stream))

    def test_embeddings(self):
        for more in ({}, {"encoding_format": "float"}, {"dimensions": 64}):
            with self.subTest(more=more):
                self.openai(lambda c: c.embeddings.create(model="text-embedding-3-small", input=["one", "two"], **more))

    def test_responses(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.openai(lambda c: c.responses.create(model="gpt-4o", input="Hello", stream=stream))

    def test_messages(self):
        for more in ({}, {"system": "Be brief.", "stop_sequences": ["END"]}, {"tools": [CLAUDE_TOOL]}):
            for stream in (False, True):
                with self.subTest(more=more, stream=stream):
                    call = lambda c: c.messages.create(
                        model="claude-sonnet", max_tokens=100, messages=user("Say weather please"), stream=stream, **more
                    )
                    self.anthropic(call)


if __name__ == "__main__":
    unittest.main()
