/** A step of the tour. */
export interface Step {
  title: string;
  text: string;
  commands: string[];
  /** A pattern whose changes are shown as they happen. */
  live?: string;
  /** The tab where more is to be seen. */
  tab?: string;
}

export const STEPS: readonly Step[] = [
  {
    title: 'Strings that end',
    text: 'A key holds a value until it is deleted, or until its time is over. NX sets it only where there is none yet.',
    commands: [
      'SET tour:greeting "Hello from WebAssembly" EX 120',
      'GET tour:greeting',
      'TTL tour:greeting',
      'SET tour:greeting other NX',
    ],
    tab: 'keys',
  },
  {
    title: 'Counters',
    text: 'Each of these is one step: however many clients count at once, no count is lost.',
    commands: ['INCR tour:visits', 'INCRBY tour:visits 10', 'INCRBYFLOAT tour:temperature 21.5', 'INCR tour:greeting'],
  },
  {
    title: 'Lists',
    text: 'A list grows at both ends: a queue, a stack, the latest hundred of something.',
    commands: ['RPUSH tour:jobs resize encode publish', 'LRANGE tour:jobs 0 -1', 'LPOP tour:jobs', 'LTRIM tour:jobs 0 99'],
    tab: 'keys',
  },
  {
    title: 'Hashes and JSON',
    text: 'A hash is a record whose fields are read and written one by one. JSON in a string is laid out by the key browser.',
    commands: [
      'HSET tour:user:1 name Ada born 1815',
      'HINCRBY tour:user:1 logins 1',
      'HGETALL tour:user:1',
      `SET tour:order '{"article":"pears","count":3}'`,
    ],
    tab: 'keys',
  },
  {
    title: 'Sorted sets',
    text: 'Members in the order of their scores: a leaderboard, a schedule, an index.',
    commands: [
      'ZADD tour:board 1200 ada 950 bob 1430 eve',
      'ZINCRBY tour:board 300 bob',
      'ZRANGE tour:board 0 2 REV WITHSCORES',
      'ZRANK tour:board ada',
    ],
    tab: 'keys',
  },
  {
    title: 'Transactions',
    text: 'Between MULTI and EXEC commands are queued. Then all of them run, and nothing between them.',
    commands: ['MULTI', 'DECRBY tour:account:ada 30', 'INCRBY tour:account:bob 30', 'EXEC'],
  },
  {
    title: 'Live keys',
    text: 'The store tells of each change. Below is what it told of tour:live:*, while you change it here or in the command line.',
    commands: ['INCR tour:live:count', 'HSET tour:live:state door open', 'EXPIRE tour:live:state 2', 'DEL tour:live:count'],
    live: 'tour:live:*',
  },
  {
    title: 'Search by vectors',
    text: 'Three films as points of a plane, and which are nearest to a fourth. The tab Vectors draws such a search.',
    commands: [
      'VECTOR.CREATE tour:films DIM 2 DISTANCE cosine',
      `VECTOR.ADD tour:films alien VALUES 2 0.9 0.1 ATTR '{"year":1979}'`,
      `VECTOR.ADD tour:films amelie VALUES 2 0.1 0.9 ATTR '{"year":2001}'`,
      `VECTOR.ADD tour:films brazil VALUES 2 0.6 0.5 ATTR '{"year":1985}'`,
      'VECTOR.SEARCH tour:films K 2 VALUES 2 0.8 0.3 WITHSCORES',
      `VECTOR.SEARCH tour:films K 2 VALUES 2 0.8 0.3 FILTER ".year > 1980"`,
    ],
    tab: 'vectors',
  },
];
