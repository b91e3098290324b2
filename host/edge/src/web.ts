import { Ferrite as Embedded } from './ferrite.js';
import { web } from './platforms/web.js';

export * from './index.js';

/** A Redis-compatible store in this process: Browsers and their workers. */
export class Ferrite extends Embedded {
  static override readonly platform = web;
}
