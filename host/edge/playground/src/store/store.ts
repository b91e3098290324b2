import type { Reply, Word } from '../resp/reply.js';

/** Commands one after the other, with what belongs to a connection: MULTI, SELECT, SUBSCRIBE. */
export interface Session {
  execute(words: readonly Word[]): Promise<Reply>;
  /** Whether it has ended: by QUIT, by CLIENT KILL, by `close`. */
  readonly isClosed: boolean;
  close(): void;
}

/** A store that the page works on: the embedded one, or a server's. Error replies are values here, not exceptions. */
export interface Store {
  /** How the page names it. */
  readonly name: string;
  readonly isEmbedded: boolean;
  /** One command, between which and others anything may happen. */
  execute(words: readonly Word[]): Promise<Reply>;
  /** Commands at once; the replies in their order. */
  pipeline(commands: readonly (readonly Word[])[]): Promise<Reply[]>;
  /** A session of its own; `onPush` is told what no command asked for. */
  session(onPush: (reply: Reply) => void): Session;
  /** Calls back when keys changed: with the key's name where it is known. Returns what stops it. */
  watch(onChange: (key: string | null) => void): Promise<() => void>;
  close(): void;
}
