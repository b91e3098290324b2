import type { ChunkVerdict, Hook, PolicyResult, Verdict } from './exchanges.js';

/** A piece of a stream, for a policy. */
export interface Chunk {
  /** What the client has not seen: what the policy kept the last time, then what is new. */
  text: string;
  /** What the client has seen before it, at most 4,096 bytes of it. */
  window: string;
  /** Nothing comes after this. */
  last: boolean;
}

/**
 * A policy: `policy` of `ferrite:gateway`, as jco gives that of a component, or functions of JavaScript. What is not there is as
 * if it said `continue`. What it throws is a failure: `on_failure` in the configuration decides.
 */
export interface Policy {
  /** About a request, before anything else happens to it; `body` is its JSON text. */
  onRequest?(body: string): Verdict | Promise<Verdict>;
  /** About a whole answer, before the client sees any of it. */
  onResponse?(body: string): Verdict | Promise<Verdict>;
  /** About each piece of a stream's text. */
  onChunk?(chunk: Chunk): ChunkVerdict | Promise<ChunkVerdict>;
}

/** Asks a policy. */
export async function ask(policy: Policy | undefined, hook: Hook): Promise<PolicyResult> {
  if (!policy) return { tag: 'err', val: { tag: 'missing' } };
  try {
    switch (hook.tag) {
      case 'on-request':
        return body((await policy.onRequest?.(hook.val)) ?? { tag: 'continue' });
      case 'on-response':
        return body((await policy.onResponse?.(hook.val)) ?? { tag: 'continue' });
      case 'on-chunk':
        return { tag: 'ok', val: { tag: 'chunk', val: (await policy.onChunk?.(hook.val)) ?? { tag: 'continue' } } };
    }
  } catch (error) {
    // jco throws what a component returned as an error with it.
    const payload = (error as { payload?: unknown } | undefined)?.payload;
    if (typeof payload === 'string') return { tag: 'err', val: { tag: 'error', val: payload } };
    return { tag: 'err', val: { tag: 'failed', val: String(error) } };
  }
}

const body = (verdict: Verdict): PolicyResult => ({ tag: 'ok', val: { tag: 'verdict', val: verdict } });
