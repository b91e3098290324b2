"""Doubles a field of a JSON value when a predicate holds, and writes the value back: `src/lib.rs` in Python.

    SET user:1 '{"age": 30, "name": "Ada", "score": 21}'
    WASM.CALL filter KEYS user:1 ARGS age >= 18 score
    {"age":30,"name":"Ada","score":42}
"""

import json

from componentize_py_types import Err
from wit_world.imports import strings
from wit_world.imports.types import Node_Bytes, Node_Null

NAMES = ["field", "operator", "operand", "double"]


def kind(value):
    """The type as JSON has it: numbers are one type, and `true` is none."""
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value)


def same(left, right):
    if kind(left) != kind(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    return left == right


def comparable(left, right):
    """Values of different types are unequal, and neither is less."""
    return kind(left) == kind(right) and kind(left) in ("number", str)


def contains(field, operand):
    if isinstance(field, list):
        return any(same(element, operand) for element in field)
    return isinstance(field, str) and isinstance(operand, str) and operand in field


OPERATORS = {
    "==": same,
    "!=": lambda field, operand: not same(field, operand),
    "<": lambda field, operand: comparable(field, operand) and field < operand,
    "<=": lambda field, operand: comparable(field, operand) and field <= operand,
    ">": lambda field, operand: comparable(field, operand) and field > operand,
    ">=": lambda field, operand: comparable(field, operand) and field >= operand,
    "contains": contains,
}


class WitWorld:
    def call(self, keys: list[bytes], args: list[bytes]):
        """KEYS: the value. ARGS: field operator operand double, where `double` names the field to double."""
        if not keys:
            raise Err("key 1 is missing: the caller passed 0")
        if len(args) < len(NAMES):
            name = NAMES[len(args)]
            raise Err(f"argument {len(args) + 1} (`{name}`): missing, the caller passed {len(args)}")
        name, operator, word, doubled = (arg.decode(errors="replace") for arg in args[:4])
        if operator not in OPERATORS:
            known = " ".join(OPERATORS)
            raise Err(f"argument 2 (`operator`): expected one of {known}, got `{operator}`")

        stored = on_store(strings.get, keys[0])
        if stored is None:
            return [Node_Null()]
        try:
            record = json.loads(stored)
        except ValueError as error:
            raise Err(str(error))
        if not isinstance(record, dict) or name not in record:
            return [Node_Null()]
        if not OPERATORS[operator](record[name], operand_of(word)):
            return [Node_Null()]
        if kind(record.get(doubled)) != "number":
            raise Err(f"`{doubled}` is not a number")
        record[doubled] *= 2
        value = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        # Only the value changes: a time to live stays as it is.
        on_store(strings.set, keys[0], value, strings.Expiry_Keep(), strings.Condition.ALWAYS)
        return [Node_Bytes(value)]


def operand_of(word):
    """What is no JSON stands for itself, so that nobody has to quote a word twice."""
    try:
        return json.loads(word)
    except ValueError:
        return word


def on_store(call, *arguments):
    """A call on the store, whose errors become those that a client knows: an `Err` of a text is the client's error."""
    try:
        return call(*arguments)
    except Err as error:
        kind = type(error.value).__name__
        if kind.endswith("WrongType"):
            raise Err("WRONGTYPE Operation against a key holding the wrong kind of value")
        if kind.endswith("NotPermitted"):
            raise Err("NOPERM the function may not do this")
        raise Err(f"the store refused: {kind}")
