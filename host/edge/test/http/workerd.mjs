// The REST calls of a store in a Worker: one for all requests of an isolate.

import { Ferrite } from '@ferritelabs/ferrite-wasm';
import { handler } from '@ferritelabs/ferrite-wasm/http';

const db = new Ferrite();
let answer;

export default {
  fetch(request, env) {
    answer ??= handler(db, { token: env.TOKEN, allowHost: ['store.example'], allowOrigin: ['https://app.example'] });
    return answer(request);
  },
};
