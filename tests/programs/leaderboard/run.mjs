// Plays three weeks with many clients at once, and compares the board with the same points kept in a Map.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { Leaderboard } from "./leaderboard.mjs";

const PLAYERS = 500;
const MATCHES = 6000;
const WEEKS = [45, 46, 47];
const CLIENTS = 8;

// The same matches in every run: numbers from a linear congruential generator.
let state = 42;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const connections = Array.from({ length: CLIENTS }, () => new Redis(process.env.REDIS_URL));
const [redis] = connections;
const board = new Leaderboard(redis, "chess");

const expected = new Map(WEEKS.map((week) => [week, new Map()]));
const matches = Array.from({ length: MATCHES }, () => {
  const match = { player: `player-${random(PLAYERS)}`, week: WEEKS[random(WEEKS.length)], points: random(400) / 4 };
  const points = expected.get(match.week);
  points.set(match.player, (points.get(match.player) ?? 0) + match.points);
  return match;
});

// The best first; where points are equal, as Redis has it in reverse: the greater name.
function sorted(points) {
  return [...points]
    .sort(([a, x], [b, y]) => y - x || (a < b ? 1 : -1))
    .map(([player, value], i) => ({ place: i + 1, player, points: value }));
}

// Every client plays its share, in no order that anybody knows.
await Promise.all(
  connections.map(async (connection, i) => {
    const mine = new Leaderboard(connection, "chess");
    const share = matches.filter((_, match) => match % CLIENTS === i);
    const results = await Promise.all(share.map(({ player, points, week }) => mine.score(player, points, week)));
    assert.ok(results.every(({ place }) => place >= 1 && place <= PLAYERS));
  }),
);
for (const week of WEEKS) {
  const right = sorted(expected.get(week));
  assert.deepEqual(await board.top(week, PLAYERS), right);
  assert.deepEqual(await board.top(week, 10, 20), right.slice(20, 30));
  const { player } = right[100];
  assert.deepEqual(await board.neighbours(player, week, 3), right.slice(97, 104));
  assert.equal(await board.percentile(player, week), right.filter(({ points }) => points < right[100].points).length / right.length);
  assert.ok((await redis.ttl(board.week(week))) > 5 * 7 * 24 * 3600 - 1000);
}
assert.deepEqual(await board.neighbours("nobody", 45, 3), []);

// Gifts of many clients to each other neither make points nor lose them.
const sum = (entries) => entries.reduce((all, { points }) => all + points, 0);
const before = await board.top(47, PLAYERS);
const gifts = await Promise.all(
  connections.map(async (connection, i) => {
    let given = 0;
    for (let gift = 0; gift < 20; gift++) {
      const [from, to] = [before[(gift * 7 + i) % 50].player, before[(gift * 3 + 2 * i + 51) % 150].player];
      given += (await board.give(connection, from, to, 5, 47)) ? 1 : 0;
    }
    return given;
  }),
);
assert.equal(sum(await board.top(47, PLAYERS)), sum(before));

// A season weighs weeks; a week that has expired counts no more.
const weeks = new Map([[45, 0.25], [46, 0.5], [47, 1]]);
const total = new Map();
for (const week of [45, 46]) for (const [player, points] of expected.get(week)) total.set(player, (total.get(player) ?? 0) + points * weeks.get(week));
for (const { player, points } of await board.top(47, PLAYERS)) total.set(player, (total.get(player) ?? 0) + points);
const season = await board.season(weeks, PLAYERS);
assert.deepEqual(season, sorted(total));
const loyal = [...expected.get(45).keys()].filter((player) => expected.get(46).has(player) && expected.get(47).has(player));
assert.deepEqual(await board.loyal(WEEKS), loyal.sort());
await redis.pexpire(board.week(45), 1);
while (await redis.exists(board.week(45))) await sleep(1);
const shorter = await board.season(weeks, PLAYERS);
const half = sorted(new Map([...total].map(([player, points]) => [player, points - 0.25 * (expected.get(45).get(player) ?? 0)])));
assert.deepEqual(shorter.map(({ points }) => points), half.filter(({ player }) => expected.get(46).has(player) || expected.get(47).has(player)).map(({ points }) => points));

// A banned player is nowhere; an archive keeps the best.
const cheater = before[0].player;
const removed = await board.ban(cheater);
assert.equal((await board.neighbours(cheater, 46, 1)).length, 0);
const archived = await board.close(46, 10);
assert.deepEqual([await redis.exists(board.week(46)), await redis.type("chess:archive:46")], [0, "zset"]);

const best = season.slice(0, 3).map(({ player }) => player);
console.log(JSON.stringify({ matches: matches.length, gifts: gifts.length, loyal: loyal.length, removed, archived, players: season.length, best: best.length }));
connections.forEach((connection) => connection.disconnect());
