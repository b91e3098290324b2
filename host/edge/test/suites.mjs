// Every suite that holds in every runtime.

import { suite as commands } from './commands.test.mjs';
import { suite as functions } from './functions.test.mjs';
import { suite as snapshots } from './snapshots.test.mjs';
import { suite as store } from './store.test.mjs';
import { suite as wave } from './wave.test.mjs';

export const SUITES = [store, commands, functions, snapshots, wave];
