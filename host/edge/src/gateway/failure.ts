import type { FailureKind } from './exchanges.js';

/** Codes of Node's and Bun's errors. */
const CODES: readonly [FailureKind, RegExp][] = [
  ['dns', /^(ENOTFOUND|EAI_\w+|DNS\w*)$/i],
  ['connect', /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ConnectionRefused|FailedToOpenSocket)$/],
  ['connect-timeout', /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|ConnectionTimedOut)$/],
  ['tls', /^(ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w+_CERT\w*|UNABLE_TO_\w+|DEPTH_ZERO_\w+|EPROTO)$/],
  ['reset', /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ConnectionClosed)$/],
  ['protocol', /^(HPE_\w+|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_\w+|ERR_HTTP2_\w+|InvalidHTTPResponse|Malformed_\w+)$/],
];

/** What the errors of Deno and workerd, which have no codes, say. */
const TEXTS: readonly [FailureKind, RegExp][] = [
  ['dns', /dns|failed to lookup|name resolution/i],
  ['tls', /certificate|\btls\b|\bssl\b|handshake/i],
  ['connect-timeout', /connect\w*.*timed ?out/i],
  ['connect', /refused|unreachable|\(connect\)|unable to connect|failed to connect/i],
  ['protocol', /invalid http|\bparse|malformed/i],
  ['reset', /reset|closed|lost|terminated|hang up|disconnect|broken pipe|incomplete|unexpected eof|socket/i],
];

/** Why a `fetch` came to nothing, and a text for the log. */
export function failureOf(error: unknown): [FailureKind, string] {
  const chain: { message?: unknown; code?: unknown }[] = [];
  for (let cause = error as any; typeof cause === 'object' && cause !== null && chain.length < 8; cause = cause.cause) {
    chain.push(cause);
    // Node tried several addresses.
    if (Array.isArray(cause.errors)) chain.push(...cause.errors.slice(0, 2));
  }
  const text = chain.map(({ message }) => String(message ?? '')).filter((message) => message !== '').join(': ') || String(error);
  for (const { code } of chain) {
    const kind = CODES.find(([, pattern]) => typeof code === 'string' && pattern.test(code))?.[0];
    if (kind) return [kind, text];
  }
  return [TEXTS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other', text];
}
