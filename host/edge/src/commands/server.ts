import type { Transform } from '../client/call.js';
import { refusal } from '../client/words.js';
import { FerriteError } from '../errors.js';
import type { Fields, Key, OneOrMore, Some, Value, Words } from './arguments.js';
import { flat, type Row, row, rows, type Shape } from './row.js';
import { optionsAt, pairsAt } from './shapes.js';
import { each, number } from './values.js';

/** Whether memory is freed before the reply or after it. */
export type FlushMode = 'SYNC' | 'ASYNC';

/** Options of CLIENT LIST. */
export interface ClientListOptions {
  type?: 'normal' | 'master' | 'replica' | 'pubsub';
  id?: OneOrMore<number>;
}

/** Options of CLIENT KILL: which sessions. */
export interface ClientKillOptions {
  id?: number;
  addr?: string;
  laddr?: string;
  type?: 'normal' | 'master' | 'replica' | 'pubsub';
  user?: string;
  /** Whether to spare the session that asks; `yes` when left out. */
  skipme?: 'yes' | 'no';
}

/** Options of COMMAND LIST. */
export interface CommandListOptions {
  filterby?: readonly ['MODULE' | 'ACLCAT' | 'PATTERN', string];
}

/** A command that took long. */
export interface SlowCommand<T> {
  id: number;
  /** The Unix time in seconds at which it ran. */
  timestamp: number;
  /** Microseconds that it took. */
  duration: number;
  arguments: T[];
  clientAddress: T;
  clientName: T;
}

/** Commands of the store itself and of sessions. All shared calls are one session, and have one name. */
export interface ServerCommands<T> {
  /** CLIENT with its subcommand as a word; the reply as RESP3 has it. */
  client(subcommand: string, ...args: Value[]): Promise<any>;
  /** The session's name; null when it has none. */
  clientGetName(): Promise<T | null>;
  /** The session's number. */
  clientId(): Promise<number>;
  /** The session's line of `clientList`. */
  clientInfo(): Promise<T>;
  /** Closes sessions; how many. */
  clientKill(options: ClientKillOptions): Promise<number>;
  clientKill(...words: Value[]): Promise<number | 'OK'>;
  /** A line of `name=value` for each session. */
  clientList(...options: Words<ClientListOptions>): Promise<T>;
  /** Whether the session is spared when clients have to be dropped for their memory. */
  clientNoEvict(mode: boolean | 'ON' | 'OFF' | Key): Promise<'OK'>;
  /** Whether the session's reads leave it open when a key was last used. */
  clientNoTouch(mode: boolean | 'ON' | 'OFF' | Key): Promise<'OK'>;
  /** Lets commands wait for so many milliseconds: all, or those that write. */
  clientPause(milliseconds: number, ...mode: [mode?: 'WRITE' | 'ALL']): Promise<'OK'>;
  /** Says what library the session belongs to. */
  clientSetInfo(attribute: 'LIB-NAME' | 'LIB-VER', value: Value): Promise<'OK'>;
  /** Gives the session a name, without spaces. */
  clientSetName(name: Key): Promise<'OK'>;
  /** Ends the waiting of a session that blocks, as if its time were up, or with an error: 1, or 0 when it does not wait. */
  clientUnblock(id: number, ...mode: [mode?: 'TIMEOUT' | 'ERROR']): Promise<number>;
  /** Ends what `clientPause` began. */
  clientUnpause(): Promise<'OK'>;
  /** All commands as RESP3 has them, or COMMAND with its subcommand as a word. */
  command(...words: Value[]): Promise<any>;
  /** How many commands there are. */
  commandCount(): Promise<number>;
  /** What commands are for: `summary`, `since`, `group`, `complexity`. */
  commandDocs(...commands: OneOrMore<string>[]): Promise<Record<string, any>>;
  /** The keys of a command. */
  commandGetKeys(...words: Some<Value>): Promise<T[]>;
  /** The keys of a command, and what it does to each. */
  commandGetKeysAndFlags(...words: Some<Value>): Promise<[key: T, flags: string[]][]>;
  /** What commands are: arity, flags, where their keys are …; null for each that there is not. */
  commandInfo(...commands: OneOrMore<string>[]): Promise<any[]>;
  /** The names of all commands, or of some. */
  commandList(...options: Words<CommandListOptions>): Promise<string[]>;
  /** CONFIG with its subcommand as a word; the reply as RESP3 has it. */
  config(subcommand: string, ...args: Value[]): Promise<any>;
  /** Settings whose names match any of the patterns. */
  configGet(...patterns: Some<string>): Promise<Record<string, T>>;
  /** Zeroes what INFO counts. */
  configResetStat(): Promise<'OK'>;
  /** Changes settings, all or none. */
  configSet(settings: Fields): Promise<'OK'>;
  configSet(...words: Value[]): Promise<'OK'>;
  /** How many keys the database has. */
  dbSize(): Promise<number>;
  /** The message itself. */
  echo(message: Value): Promise<T>;
  /** Deletes all keys of all databases. */
  flushAll(...mode: [mode?: FlushMode]): Promise<'OK'>;
  /** Deletes all keys of the database. */
  flushDb(...mode: [mode?: FlushMode]): Promise<'OK'>;
  /** What there is to know of the store, as text: all, or some of the sections (`memory`, `stats`, `keyspace` …). */
  info(...sections: OneOrMore<string>[]): Promise<T>;
  /** LATENCY with its subcommand as a word; the reply as RESP3 has it. */
  latency(subcommand: string, ...args: Value[]): Promise<any>;
  /** What took long, in words. */
  latencyDoctor(): Promise<T>;
  /** A drawing of how long an event took lately. */
  latencyGraph(event: string): Promise<T>;
  /** How many calls of commands took how many microseconds. */
  latencyHistogram(...commands: OneOrMore<string>[]): Promise<Record<string, any>>;
  /** When an event took long: Unix times in seconds, and milliseconds. */
  latencyHistory(event: string): Promise<[timestamp: number, milliseconds: number][]>;
  /** The latest and the longest of each event: Unix time in seconds, milliseconds, milliseconds. */
  latencyLatest(): Promise<[event: T, timestamp: number, latest: number, longest: number][]>;
  /** Forgets what took long; how many events. */
  latencyReset(...events: OneOrMore<string>[]): Promise<number>;
  /** A drawing, and the version. */
  lolWut(...words: Value[]): Promise<T>;
  /** MEMORY with its subcommand as a word; the reply as RESP3 has it. */
  memory(subcommand: string, ...args: Value[]): Promise<any>;
  /** What is strange about the memory, in words. */
  memoryDoctor(): Promise<T>;
  /** What is allocated, in words. */
  memoryMallocStats(): Promise<T>;
  /** Gives back memory that is not needed. */
  memoryPurge(): Promise<'OK'>;
  /** Where the memory is: bytes and ratios, by name. */
  memoryStats(): Promise<Record<string, any>>;
  /** How many bytes a key takes, about; null when there is none. */
  memoryUsage(key: Key, ...options: Words<{ samples?: number }>): Promise<number | null>;
  /** `PONG`, or the message. */
  ping(): Promise<'PONG'>;
  ping(...message: [message?: Value]): Promise<T>;
  /** SLOWLOG with its subcommand as a word; the reply as RESP3 has it. */
  slowLog(subcommand: string, ...args: Value[]): Promise<any>;
  /** The commands that took long, the latest first: 10, so many, or all (-1). */
  slowLogGet(...count: [count?: number]): Promise<SlowCommand<T>[]>;
  /** How many commands took long. */
  slowLogLen(): Promise<number>;
  /** Forgets the commands that took long. */
  slowLogReset(): Promise<'OK'>;
  /** Exchanges two databases. */
  swapDb(first: number, second: number): Promise<'OK'>;
  /** The Unix time: seconds, and microseconds of that second. */
  time(): Promise<[seconds: number, microseconds: number]>;
}

/** Refuses what `execute` refuses, too. */
const subcommand: Shape = (args) => {
  const why = refusal('CLIENT', args, true);
  if (why) throw new FerriteError(`ERR ${why}`);
  return flat(args);
};

/** `true` is ON, `false` is OFF. */
const onOrOff: Shape = ([mode, ...rest]) => [typeof mode === 'boolean' ? (mode ? 'ON' : 'OFF') : mode, ...rest];

const slow: Transform = ([id, timestamp, duration, words, clientAddress, clientName]) => ({
  id,
  timestamp,
  duration,
  arguments: words,
  clientAddress,
  clientName,
});

/** A row for each subcommand: `client`, `getName` is `clientGetName`, and sends CLIENT GETNAME. */
function subcommands(container: string, ...names: string[]): Row[] {
  return names.map((name) => {
    const method = container + name[0]!.toUpperCase() + name.slice(1);
    return row(method, { words: [container.toUpperCase(), name.toUpperCase()] });
  });
}

export const SERVER: readonly Row[] = [
  ...rows('command', 'config', 'dbSize', 'echo', 'flushAll', 'flushDb', 'info', 'latency', 'lolWut', 'memory', 'ping'),
  ...rows('slowLog', 'swapDb'),
  row('client', { shape: subcommand }),
  ...subcommands('client', 'getName', 'id', 'info', 'pause', 'setInfo', 'setName', 'unblock', 'unpause'),
  row('clientKill', { words: ['CLIENT', 'KILL'], shape: optionsAt(0) }),
  row('clientList', { words: ['CLIENT', 'LIST'], shape: optionsAt(0) }),
  row('clientNoEvict', { words: ['CLIENT', 'NO-EVICT'], shape: onOrOff }),
  row('clientNoTouch', { words: ['CLIENT', 'NO-TOUCH'], shape: onOrOff }),
  ...subcommands('command', 'count', 'docs', 'getKeys', 'getKeysAndFlags', 'info'),
  row('commandList', { words: ['COMMAND', 'LIST'], shape: optionsAt(0) }),
  ...subcommands('config', 'get', 'resetStat'),
  row('configSet', { words: ['CONFIG', 'SET'], shape: pairsAt(0) }),
  ...subcommands('latency', 'doctor', 'graph', 'histogram', 'history', 'latest', 'reset'),
  ...subcommands('memory', 'doctor', 'purge', 'stats'),
  row('memoryMallocStats', { words: ['MEMORY', 'MALLOC-STATS'] }),
  row('memoryUsage', { words: ['MEMORY', 'USAGE'], shape: optionsAt(1) }),
  row('slowLogGet', { words: ['SLOWLOG', 'GET'], reply: each(slow) }),
  ...subcommands('slowLog', 'len', 'reset'),
  row('time', { reply: each(number) }),
];
