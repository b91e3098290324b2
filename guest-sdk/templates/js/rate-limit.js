// Lets a number of requests through in a sliding window.
//
//   WASM.CALL rate-limit KEYS limit:ada ARGS 100 60000
//   1) (integer) 1        allowed
//   2) (integer) 99       how many more would be allowed now
//   3) (integer) 0        milliseconds until this request would be allowed
//
// Time is cut into windows. The requests of the last `window-ms` are estimated as those of the current window plus
// those of the one before, weighted by how much of it the sliding window still covers. It is computed with BigInts, because
// products of two arguments need 64 bits; what comes in and goes out are numbers.

import { get, set } from "ferrite:store/strings@0.1.5";
import { execute } from "ferrite:store/commands@0.1.5";

const NAMES = ["limit", "window-ms", "cost"];
const MOST = 4294967295n;

// KEYS: the counter. ARGS: limit window-ms [cost]. Returns [allowed, remaining, retry-after-ms].
export function call(keys, args) {
  if (keys.length === 0) fail("key 1 is missing: the caller passed 0");
  const limit = natural(args, 0);
  const length = natural(args, 1);
  const cost = args.length > 2 ? natural(args, 2) : 1n;
  if (length === 0n) fail("the window must be at least 1 ms long");
  if (cost > limit) fail(`a cost of ${cost} is never allowed by a limit of ${limit}`);

  const now = nowMs();
  const elapsed = now % length;
  const index = now / length;
  let [previous, current] = counters(onStore(() => get(keys[0])), index);
  const retry = retryAfter(previous, current, cost, limit, length, elapsed);
  if (retry === 0n) {
    current += cost;
    const value = bytesOf(`${index} ${previous} ${current}`);
    onStore(() => set(keys[0], value, { tag: "after-ms", val: Number(2n * length - elapsed) }, "always"));
  }
  const share = (previous * (length - elapsed) + length - 1n) / length;
  const remaining = limit > current + share ? limit - current - share : 0n;
  return list([retry === 0n ? 1n : 0n, remaining, retry]);
}

// The counters of this window and of the one before, from what is stored: `index previous current`.
function counters(stored, index) {
  if (stored === undefined || stored === null) return [0n, 0n];
  const numbers = textOf(stored).split(" ");
  if (numbers.length !== 3 || !numbers.every((number) => /^\d{1,20}$/.test(number))) {
    fail("the key holds no rate limit");
  }
  const [at, previous, current] = numbers.map(BigInt);
  if (at === index) return [previous, current];
  return at + 1n === index ? [current, 0n] : [0n, 0n];
}

// 0 when `cost` more requests are allowed now.
function retryAfter(previous, current, cost, limit, length, elapsed) {
  // Milliseconds after the begin of a window until the share of `before` requests is at most `room`.
  const wait = (before, room) => {
    if (before === 0n) return 0n;
    const covered = (room * length) / before;
    return covered < length ? length - covered : 0n;
  };
  if (current + cost > limit) return length - elapsed + wait(current, limit - cost);
  const until = wait(previous, limit - current - cost);
  return until > elapsed ? until - elapsed : 0n;
}

function natural(args, index) {
  const name = `argument ${index + 1} (\`${NAMES[index]}\`)`;
  if (index >= args.length) fail(`${name}: missing, the caller passed ${args.length}`);
  const word = textOf(args[index]);
  const number = /^\d{1,10}$/.test(word) ? BigInt(word) : MOST + 1n;
  if (number > MOST) fail(`${name}: expected an integer of at least 0, got \`${word}\``);
  return number;
}

// TIME replies seconds and microseconds; time stands still during a call.
function nowMs() {
  const [, seconds, micros] = onStore(() => execute([bytesOf("TIME")]));
  return BigInt(textOf(seconds.val)) * 1000n + BigInt(textOf(micros.val)) / 1000n;
}

function list(numbers) {
  return [{ tag: "array", val: numbers.length }, ...numbers.map((number) => ({ tag: "integer", val: Number(number) }))];
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
    if (tag === "out-of-memory") fail("OOM the store is full");
    throw error;
  }
}

// The client reads this text, with `ERR ` before it unless it begins with an upper-case code. Nothing is written.
function fail(message) {
  throw message;
}
