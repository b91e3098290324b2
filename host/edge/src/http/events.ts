import type { Calls } from './calls.js';
import type { Exchange } from './exchange.js';

/** Of silence, in milliseconds, after which a comment is sent: as the server does. */
const SILENCE = 15_000;

/**
 * What a subscribed session says, as server-sent events, until the client leaves or the session ends: then
 * `left` is called, once, and the request ends.
 */
export function eventsOf(
  calls: Calls,
  request: number,
  exchange: Exchange,
  first: Uint8Array,
  left: () => void,
): ReadableStream<Uint8Array> {
  let waiting: Uint8Array | undefined = first;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    left();
    calls.end(request);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let events = waiting ?? calls.events(request);
        waiting = undefined;
        if (events.length === 0 && !exchange.isOver) {
          await exchange.more(SILENCE);
          // Who leaves meanwhile is told nothing.
          if (isOver) return;
          events = calls.events(request);
          if (events.length === 0 && !exchange.isOver) events = calls.stillHere;
        }
        if (events.length > 0) return controller.enqueue(events);
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
