import { bool, bytes, enumeration, f32, list, type Of, record, result, string, tuple, u16, u32, u64, variant } from '../engine/abi.js';

/** The types of `ferrite:gateway/exchanges`, as wit/gateway/exchanges.wit and policy.wit have them. */
const header = tuple<[string, string]>(string, string);

export const requestHead = record({ method: string, path: string, headers: list(header) });
export type RequestHead = Of<typeof requestHead>;

const upstreamRequest = record({
  id: u64,
  method: string,
  scheme: enumeration('http', 'https'),
  authority: string,
  path: string,
  headers: list(header),
  body: bytes,
  connectTimeoutMs: u64,
});
export type UpstreamRequest = Of<typeof upstreamRequest>;

const answerHead = record({ status: u16, headers: list(header) });
export type AnswerHead = Of<typeof answerHead>;

const chunk = record({ text: string, window: string, last: bool });

const hook = variant({ 'on-request': string, 'on-response': string, 'on-chunk': chunk });
export type Hook = Of<typeof hook>;

const level = enumeration('debug', 'info', 'warning', 'error');
/** How much a line of the log matters. */
export type Level = Of<typeof level>;

const action = variant({
  'read-body': undefined,
  send: upstreamRequest,
  read: u64,
  cancel: u64,
  embed: record({ id: u64, texts: list(string) }),
  policy: record({ id: u64, name: string, hook }),
  head: answerHead,
  write: bytes,
  finish: undefined,
  abort: undefined,
  'wake-at': u64,
  log: tuple<[Level, string]>(level, string),
  wake: list(u64),
});
export const actions = list(action);
export type Action = Of<typeof action>;

const failureKind = enumeration('dns', 'connect', 'connect-timeout', 'tls', 'reset', 'protocol', 'other');
export type FailureKind = Of<typeof failureKind>;

const upstreamEvent = variant({
  head: answerHead,
  body: bytes,
  end: undefined,
  failed: tuple<[FailureKind, string]>(failureKind, string),
});
export type UpstreamEvent = Of<typeof upstreamEvent>;

const verdict = variant({ continue: undefined, replace: string, refuse: tuple<[number, string]>(u16, string) });
/** What a policy says about a body. */
export type Verdict = Of<typeof verdict>;

const chunkVerdict = variant({ continue: undefined, hold: record({ send: string, keep: string }), refuse: string });
/** What a policy says about a piece of a stream. */
export type ChunkVerdict = Of<typeof chunkVerdict>;

const policyAnswer = variant({ verdict, chunk: chunkVerdict });
const failure = variant({ missing: undefined, failed: string, error: string });
const policyResult = result(policyAnswer, failure);
export type PolicyResult = Of<typeof policyResult>;

const embedResult = result(list(list(f32)), string);
export type EmbedResult = Of<typeof embedResult>;

export const event = variant({
  body: bytes,
  'body-end': undefined,
  'body-failed': undefined,
  'client-gone': undefined,
  upstream: tuple<[bigint, UpstreamEvent]>(u64, upstreamEvent),
  embedded: tuple<[bigint, EmbedResult]>(u64, embedResult),
  policy: tuple<[bigint, PolicyResult]>(u64, policyResult),
  woken: undefined,
});
export type Event = Of<typeof event>;


export const variables = list(tuple<[string, string]>(string, string));
export const configured = result(undefined, list(record({ line: u32, text: string })));
