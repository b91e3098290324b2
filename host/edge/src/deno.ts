import { Ferrite as Embedded } from './ferrite.js';
import { deno } from './platforms/deno.js';

export * from './index.js';

/** A Redis-compatible store in this process: Deno. */
export class Ferrite extends Embedded {
  static override readonly platform = deno;
}
