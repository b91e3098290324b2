// Sessions in hashes that expire. Whoever reads one keeps it near by until the server says that it changed.

import { randomUUID } from "node:crypto";
import { BasicClientSideCache, createClient } from "redis";

const name = (id) => `session:${id}`;
const ofUser = (user) => `user:${user}:sessions`;

export class Sessions {
  constructor(redis, cache, lifetimeMs) {
    this.redis = redis;
    this.cache = cache;
    this.lifetimeMs = lifetimeMs;
  }

  static async open(url, lifetimeMs) {
    const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 1000, evictPolicy: "LRU" });
    const redis = createClient({ url, RESP: 3, clientSideCache: cache });
    redis.on("error", (error) => console.error(error));
    return new Sessions(await redis.connect(), cache, lifetimeMs);
  }

  // Begins a session and gives its id.
  async begin(user) {
    const id = randomUUID();
    await this.redis
      .multi()
      .hSet(name(id), { user, since: String(Date.now()), visits: "0" })
      .pExpire(name(id), this.lifetimeMs)
      .sAdd(ofUser(user), id)
      .exec();
    return id;
  }

  // What a session holds, from here if it was read before; null when there is none.
  async read(id) {
    const session = await this.redis.hGetAll(name(id));
    return session.user === undefined ? null : session;
  }

  // Changes one field of a session that exists, and lets it live on.
  async write(id, field, value) {
    await this.redis.multi().hSet(name(id), field, value).pExpire(name(id), this.lifetimeMs).exec();
  }

  async visit(id) {
    return this.redis.hIncrBy(name(id), "visits", 1);
  }

  async end(id, user) {
    await this.redis.multi().del(name(id)).sRem(ofUser(user), id).exec();
  }

  // Ends all sessions of a user, wherever they were begun.
  async endAll(user) {
    const ids = await this.redis.sMembers(ofUser(user));
    await this.redis.unlink([ofUser(user), ...ids.map(name)]);
    return ids.length;
  }

  close() {
    this.redis.destroy();
  }
}
