// A test runner and assertions that need nothing of the runtime: the same suites run in Node, Bun, Deno, workerd and Chromium.

/** Runs suites one after the other: `{ name, error }` of each of their tests, `error` being null when it passed. */
export async function runSuites(suites, given) {
  const tests = [];
  let kept;
  /** Bytes that a suite wants to have outside of the runtime. */
  const keep = (bytes) => (kept = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  const test = (name, run) => tests.push({ name, run });
  for (const suite of suites) suite({ ...given, test, assert, keep });
  const results = [];
  for (const { name, run } of tests) {
    let error = null;
    try {
      await inTime(run(), 120_000);
    } catch (cause) {
      error = String(cause?.stack ?? cause);
    }
    results.push({ name, error });
  }
  if (kept) results.push({ name: 'what was kept', error: null, kept });
  return results;
}

/** A test that hangs is a failure, not the end of the run. */
function inTime(promise, milliseconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function fail(message, what) {
  throw new Error(message === undefined ? what : `${message}: ${what}`);
}

export const assert = {
  ok(value, message) {
    if (!value) fail(message, `${show(value)} is not true`);
  },
  equal(actual, expected, message) {
    if (!Object.is(actual, expected)) fail(message, `${show(actual)}, expected ${show(expected)}`);
  },
  deepEqual(actual, expected, message) {
    if (!same(actual, expected)) fail(message, `${show(actual)}, expected ${show(expected)}`);
  },
  /** `expected`: fields that the error has, or a function that looks at it. */
  async rejects(promise, expected, message) {
    let error;
    try {
      await (typeof promise === 'function' ? promise() : promise);
    } catch (cause) {
      error = cause;
    }
    assert.isError(error, expected, message);
  },
  throws(run, expected, message) {
    let error;
    try {
      run();
    } catch (cause) {
      error = cause;
    }
    assert.isError(error, expected, message);
  },
  isError(error, expected, message) {
    if (error === undefined) fail(message, 'nothing was thrown');
    if (typeof expected === 'function') {
      if (!expected(error)) fail(message, `an error that is not the one expected: ${error}`);
      return;
    }
    for (const [name, value] of Object.entries(expected ?? {})) {
      const isMet = value instanceof RegExp ? value.test(error[name]) : Object.is(error[name], value);
      if (!isMet) fail(message, `the error's ${name} is ${show(error[name])}, expected ${value}; it says: ${error}`);
    }
  },
};

/** Structural equality; an object's prototype does not matter, the kind of a list does. */
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || a instanceof Uint8Array !== b instanceof Uint8Array) return false;
  if (a instanceof Error || b instanceof Error) return a.name === b.name && a.message === b.message;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

function show(value) {
  if (value instanceof Error) return String(value);
  if (value instanceof Uint8Array) return `bytes [${value.slice(0, 64)}]`;
  if (typeof value === 'bigint') return `${value}n`;
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(value);
}
