"""PyPI's `openai` and embeddings that a gateway makes itself, with all-MiniLM-L6-v2.

python embeddings.py, with GATEWAY_URL such as http://127.0.0.1:8010.
"""

import array
import math
import os
import unittest

import openai

TEXTS = ["How do I reset my password?", "I have forgotten my password.", "The weather in Lisbon is fine today."]


def single(vector):
    """As numbers of 32 bits: those of JSON have as many digits as tell these apart, and no more."""
    return array.array("f", vector).tolist()


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b))


class Embeddings(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=f"{os.environ['GATEWAY_URL']}/v1", api_key="sk-test", max_retries=0)
        self.addCleanup(self.client.close)

    def vectors(self, texts, **more):
        answer = self.client.embeddings.create(model="embeddings", input=texts, **more)
        self.assertEqual(answer.model, "embeddings")
        self.assertEqual([entry.index for entry in answer.data], list(range(len(answer.data))))
        self.assertGreater(answer.usage.prompt_tokens, 0)
        self.assertEqual(answer.usage.prompt_tokens, answer.usage.total_tokens)
        return [single(entry.embedding) for entry in answer.data]

    def test_both_encodings_have_the_same_vectors(self):
        # Without a word the client asks for base64, and decodes it.
        vectors = self.vectors(TEXTS)
        self.assertEqual(vectors, self.vectors(TEXTS, encoding_format="float"))
        self.assertEqual([len(vector) for vector in vectors], [384] * 3)
        for vector in vectors:
            self.assertAlmostEqual(math.sqrt(cosine(vector, vector)), 1, places=4)
        self.assertGreater(cosine(vectors[0], vectors[1]), cosine(vectors[0], vectors[2]) + 0.3)

    def test_more_texts_than_the_engine_takes_at_once_stay_in_their_order(self):
        alone = self.vectors(TEXTS)
        for at, vector in enumerate(self.vectors([TEXTS[at % 3] for at in range(130)])):
            self.assertGreater(cosine(vector, alone[at % 3]), 0.999)

    def test_one_text_and_its_dimensions(self):
        self.assertEqual(self.vectors(TEXTS[0], dimensions=384), self.vectors(TEXTS[:1]))
        with self.assertRaises(openai.BadRequestError) as raised:
            self.vectors(TEXTS[0], dimensions=256)
        self.assertEqual(raised.exception.param, "dimensions")
        self.assertIn("384", raised.exception.message)

    def test_what_is_no_text_is_refused(self):
        for wrong in ([1, 2, 3], [[1, 2], [3]], "", [], ["a", ""]):
            with self.subTest(input=wrong), self.assertRaises(openai.BadRequestError) as raised:
                self.vectors(wrong)
            self.assertEqual(raised.exception.param, "input")

    def test_chat_is_refused(self):
        messages = [{"role": "user", "content": TEXTS[0]}]
        with self.assertRaises(openai.BadRequestError) as raised:
            self.client.chat.completions.create(model="embeddings", messages=messages)
        self.assertEqual(raised.exception.param, "model")

    def test_the_model_is_listed(self):
        self.assertEqual([model.id for model in self.client.models.list()], ["embeddings"])
        self.assertEqual(self.client.models.retrieve("embeddings").id, "embeddings")


if __name__ == "__main__":
    unittest.main()
