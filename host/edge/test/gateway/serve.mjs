// `node test/gateway/serve.mjs PLACE`: serves a gateway there until standard input ends, which begins with the configuration: its
// length in bytes, a line break, the text. Prints the address.

import { start } from '../places.mjs';

let input = Buffer.alloc(0);
let started;
for await (const piece of process.stdin) {
  input = Buffer.concat([input, piece]);
  const end = input.indexOf('\n');
  const length = Number(input.subarray(0, end));
  if (started || end < 0 || input.length < end + 1 + length) continue;
  started = await start(process.argv[2], 'gateway', { 'gateway.toml': input.toString('utf8', end + 1, end + 1 + length) });
  console.log(new URL(started.origin).host);
}
await started?.close();
