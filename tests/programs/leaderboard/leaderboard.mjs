// Points of players by week, each week a sorted set that expires by itself; what spans weeks is their weighted union.

// How long a week stays in the books.
const KEEP_SECONDS = 5 * 7 * 24 * 3600;
// A computed board is good for so long.
const COMPUTED_SECONDS = 60;

export class Leaderboard {
  constructor(redis, game) {
    this.redis = redis;
    this.game = game;
  }

  week(number) {
    return `${this.game}:week:${number}`;
  }

  // Adds points to a player's week; gives the new points and the place, 1 for the best.
  async score(player, points, number) {
    const key = this.week(number);
    const replies = await this.redis
      .multi()
      .zincrby(key, points, player)
      .zrevrank(key, player)
      .expire(key, KEEP_SECONDS, "NX")
      .hincrby(`${this.game}:player:${player}`, "matches", 1)
      .exec();
    const [[, sum], [, rank]] = replies;
    return { points: Number(sum), place: rank + 1 };
  }

  // Gives points from one player to another, unless the giver has too few; others may play meanwhile.
  async give(redis, from, to, points, number) {
    const key = this.week(number);
    for (;;) {
      await redis.watch(key);
      if (Number(await redis.zscore(key, from)) < points) {
        await redis.unwatch();
        return false;
      }
      const replies = await redis.multi().zincrby(key, -points, from).zincrby(key, points, to).exec();
      if (replies) return true;
    }
  }

  // A page of the board, the best first.
  async top(number, count, offset = 0) {
    const reply = await this.redis.zrange(this.week(number), offset, offset + count - 1, "REV", "WITHSCORES");
    return pairs(reply).map(([player, points], i) => ({ place: offset + i + 1, player, points }));
  }

  // Who stands around a player, with as many on either side.
  async neighbours(player, number, around) {
    const rank = await this.redis.zrevrank(this.week(number), player);
    if (rank === null) return [];
    const first = Math.max(0, rank - around);
    return this.top(number, rank + around - first + 1, first);
  }

  // The share of players that have fewer points.
  async percentile(player, number) {
    const key = this.week(number);
    const points = await this.redis.zscore(key, player);
    const [below, all] = await Promise.all([this.redis.zcount(key, "-inf", `(${points}`), this.redis.zcard(key)]);
    return below / all;
  }

  // The best over several weeks, where older points weigh less: `weeks` has a weight for each week's number.
  async season(weeks, count) {
    const keys = [...weeks.keys()].map((number) => this.week(number));
    const name = `${this.game}:season:${[...weeks.keys()].join("-")}`;
    const replies = await this.redis
      .pipeline()
      .zunionstore(name, keys.length, ...keys, "WEIGHTS", ...weeks.values())
      .expire(name, COMPUTED_SECONDS)
      .zrange(name, 0, count - 1, "REV", "WITHSCORES")
      .exec();
    return pairs(replies[2][1]).map(([player, points], i) => ({ place: i + 1, player, points }));
  }

  // Who played in all of these weeks.
  async loyal(numbers) {
    return (await this.redis.zinter(numbers.length, ...numbers.map((number) => this.week(number)), "AGGREGATE", "MIN")).sort();
  }

  // Takes a player out of every week.
  async ban(player) {
    let removed = 0;
    for await (const keys of this.redis.scanStream({ match: `${this.game}:week:*`, count: 100, type: "zset" })) {
      for (const key of keys) removed += await this.redis.zrem(key, player);
    }
    await this.redis.unlink(`${this.game}:player:${player}`);
    return removed;
  }

  // Keeps the best of a week for ever and lets go of the rest.
  async close(number, count) {
    const archive = `${this.game}:archive:${number}`;
    await this.redis.multi().zrangestore(archive, this.week(number), 0, count - 1, "REV").unlink(this.week(number)).exec();
    return this.redis.zcard(archive);
  }
}

function pairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], Number(flat[2 * i + 1])]);
}
