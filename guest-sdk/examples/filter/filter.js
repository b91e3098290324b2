// Doubles a field of a JSON value when a predicate holds, and writes the value back: `src/lib.rs` in JavaScript.
//
//   SET user:1 '{"age": 30, "name": "Ada", "score": 21}'
//   WASM.CALL filter KEYS user:1 ARGS age >= 18 score
//   {"age":30,"name":"Ada","score":42}
//
// Numbers are JavaScript's: integers above 2^53 lose their last digits, and 3.0 is written as 3.

import { get, set } from "ferrite:store/strings@0.1.5";

const NAMES = ["field", "operator", "operand", "double"];
const OPERATORS = {
  "==": (field, operand) => same(field, operand),
  "!=": (field, operand) => !same(field, operand),
  "<": (field, operand) => comparable(field, operand) && field < operand,
  "<=": (field, operand) => comparable(field, operand) && field <= operand,
  ">": (field, operand) => comparable(field, operand) && field > operand,
  ">=": (field, operand) => comparable(field, operand) && field >= operand,
  contains: (field, operand) =>
    Array.isArray(field)
      ? field.some((element) => same(element, operand))
      : typeof field === "string" && typeof operand === "string" && field.includes(operand),
};

// KEYS: the value. ARGS: field operator operand double, where `double` names the field to double.
export function call(keys, args) {
  if (keys.length === 0) fail("key 1 is missing: the caller passed 0");
  const missing = NAMES.findIndex((_, index) => index >= args.length);
  if (missing >= 0) fail(`argument ${missing + 1} (\`${NAMES[missing]}\`): missing, the caller passed ${args.length}`);
  const [name, operator, word, doubled] = args.slice(0, 4).map((word) => textOf(word));
  if (!Object.hasOwn(OPERATORS, operator)) {
    const known = Object.keys(OPERATORS).join(" ");
    fail(`argument 2 (\`operator\`): expected one of ${known}, got \`${operator}\``);
  }

  const stored = onStore(() => get(keys[0]));
  if (stored === undefined || stored === null) return [{ tag: "null" }];
  const record = json(textOf(stored));
  if (record === null || typeof record !== "object" || !Object.hasOwn(record, name)) return [{ tag: "null" }];
  if (!OPERATORS[operator](record[name], operandOf(word))) return [{ tag: "null" }];
  if (!Object.hasOwn(record, doubled) || typeof record[doubled] !== "number") fail(`\`${doubled}\` is not a number`);
  record[doubled] *= 2;
  const value = bytesOf(JSON.stringify(sorted(record)));
  // Only the value changes: a time to live stays as it is.
  onStore(() => set(keys[0], value, { tag: "keep" }, "always"));
  return [{ tag: "bytes", val: value }];
}

// What is no JSON stands for itself, so that nobody has to quote a word twice.
function operandOf(word) {
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}

function json(word) {
  try {
    return JSON.parse(word);
  } catch (error) {
    return fail(error.message);
  }
}

// Values of different types are unequal, and neither is less.
function comparable(left, right) {
  return typeof left === typeof right && ["number", "string"].includes(typeof left);
}

function same(left, right) {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

// QuickJS has no TextDecoder and no TextEncoder. What is no UTF-8 is taken byte by byte.
function textOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + 4096));
  }
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return decodeURIComponent(escape(text));
  } catch {
    return text;
  }
}

function bytesOf(text) {
  const utf8 = /[^\x00-\x7f]/.test(text) ? unescape(encodeURIComponent(text)) : text;
  const bytes = new Uint8Array(utf8.length);
  for (let at = 0; at < utf8.length; at++) bytes[at] = utf8.charCodeAt(at);
  return bytes;
}

// A call on the store, whose errors become those that a client knows.
function onStore(call) {
  try {
    return call();
  } catch (error) {
    const reason = error.payload ?? error;
    const tag = typeof reason === "string" ? reason : reason.tag;
    if (tag === "wrong-type") fail("WRONGTYPE Operation against a key holding the wrong kind of value");
    if (tag === "not-permitted") fail("NOPERM the function may not do this");
    throw error;
  }
}

// The client reads this text, with `ERR ` before it unless it begins with an upper-case code. Nothing is written.
function fail(message) {
  throw message;
}
