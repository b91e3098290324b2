// `node --test test/gateway.mjs`: the gateway in every place where it runs; FERRITE_EDGE_GATEWAY names some of them.

import { after, before, describe } from 'node:test';
import { startServer } from './gateway/ferrite.mjs';
import { startMock } from './gateway/mock.mjs';
import { PLACES, start } from './places.mjs';
import { configuration, suite } from './gateway/suite.mjs';

/** workerd alone, without Cloudflare's network before it, tells nobody that a client left before there was a head. */
const LACKS = { workerd: ['leaving early'] };

/** With the server's program its own gateway is a place, too. */
const all = process.env.FERRITE_BINARY ? ['ferrite', ...Object.keys(PLACES)] : Object.keys(PLACES);
const chosen = process.env.FERRITE_EDGE_GATEWAY?.split(',') ?? all;

for (const place of chosen) {
  describe(`in ${place}`, () => {
    let mock;
    let gateway;
    before(async () => {
      mock = await startMock();
      const config = configuration(mock);
      gateway = await (place === 'ferrite' ? startServer(config) : start(place, 'gateway', { 'gateway.toml': config }));
    });
    after(async () => {
      await gateway?.close();
      mock?.close();
    });
    suite(
      () => gateway,
      () => mock,
      LACKS[place] ?? [],
    );
  });
}
