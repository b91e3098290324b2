import { Ferrite as Embedded } from './ferrite.js';
import { node } from './platforms/node.js';

export * from './index.js';

/** A Redis-compatible store in this process: Node and Bun. */
export class Ferrite extends Embedded {
  static override readonly platform = node;
}
