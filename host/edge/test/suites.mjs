// Every suite that holds in every runtime.

import { suite as store } from './store.test.mjs';

export const SUITES = [store];
