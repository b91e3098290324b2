import { Ferrite as Embedded } from './ferrite.js';
import { cloudflare } from './platforms/cloudflare.js';

export * from './index.js';

/** A Redis-compatible store in this process: Cloudflare Workers and Durable Objects. */
export class Ferrite extends Embedded {
  static override readonly platform = cloudflare;
}
