import { fields, items, number, type Reply, text } from '../resp/reply.js';
import type { Store } from '../store/store.js';

/** What the store says of one of its commands, by COMMAND and COMMAND DOCS. */
export interface Documentation {
  /** In upper case; of a subcommand with its parent: `CONFIG GET`. */
  name: string;
  /** How it is written, made of its arity and of where its keys are: `SET key arg [arg …]`. */
  syntax: string;
  summary: string;
  group: string;
  since: string;
  complexity: string;
  /** `write`, `fast` … */
  flags: string[];
  /** `@string` … */
  categories: string[];
  subcommands: string[];
}

/** The commands of a store. */
export class Commands {
  constructor(readonly all: ReadonlyMap<string, Documentation>) {}

  /** Asks a store; one that does not say has none. */
  static async of(store: Store): Promise<Commands> {
    const [table, docs] = await store.pipeline([['COMMAND'], ['COMMAND', 'DOCS']]);
    const all = new Map<string, Documentation>();
    const described = fields(docs);
    for (const row of items(table)) add(all, row, described, '');
    return new Commands(all);
  }

  find(line: string): Documentation | undefined {
    const [first = '', second = ''] = line.trim().toUpperCase().split(/\s+/);
    return this.all.get(`${first} ${second}`) ?? this.all.get(first);
  }

  /** The names that begin with what was typed; subcommands once the command is complete. */
  complete(typed: string): string[] {
    const prefix = typed.trimStart().toUpperCase().replace(/\s+/g, ' ');
    if (prefix === '') return [];
    const [first = '', ...rest] = prefix.split(' ');
    if (rest.length > 1) return [];
    if (rest.length === 1) return (this.all.get(first)?.subcommands ?? []).filter((name) => name.startsWith(prefix)).sort();
    return [...this.all.keys()].filter((name) => !name.includes(' ') && name.startsWith(prefix)).sort();
  }

  /** The groups with the names of their commands. */
  groups(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const { name, group } of this.all.values()) {
      if (!name.includes(' ')) groups.set(group, [...(groups.get(group) ?? []), name]);
    }
    return new Map([...groups].sort());
  }
}

function add(all: Map<string, Documentation>, row: Reply, described: Map<string, Reply>, parent: string): void {
  const [name, arity, flags, first, last, step, categories, , , subcommands] = items(row);
  const told = text(name);
  const docs = fields(described.get(told));
  const upper = told.replace('|', ' ').toUpperCase();
  const children = items(subcommands).map((child) => text(items(child)[0]).replace('|', ' ').toUpperCase());
  all.set(upper, {
    name: upper,
    syntax:
      children.length > 0
        ? `${upper} ${children.map((child) => child.slice(upper.length + 1)).join('|')}`
        : syntax(
            upper,
            number(arity) + (parent ? Math.sign(-number(arity)) : 0),
            [number(first), number(last), number(step)],
            parent ? 1 : 0,
          ),
    summary: text(docs.get('summary')),
    group: text(docs.get('group')) || 'other',
    since: text(docs.get('since')),
    complexity: text(docs.get('complexity')),
    flags: items(flags).map(text),
    categories: items(categories).map(text),
    subcommands: children,
  });
  const inner = fields(docs.get('subcommands'));
  for (const child of items(subcommands)) add(all, child, inner, upper);
}

/** An arity counts the command itself, and is negative where more may follow. Keys are at first, first + step … to last. */
function syntax(name: string, arity: number, [first, last, step]: [number, number, number], parents: number): string {
  const least = Math.abs(arity) - 1;
  const isOpen = arity < 0;
  const isKey = (at: number) => first > 0 && at >= first && (last < 0 || at <= last) && (at - first) % Math.max(step, 1) === 0;
  const word = (at: number) => (isKey(at + parents) ? 'key' : 'arg');
  const words: string[] = Array.from({ length: least }, (_, at) => word(at + 1));
  if (isOpen) {
    const more = last < 0 && step > 0 ? Array.from({ length: step }, (_, at) => word(first - parents + at)) : ['arg'];
    words.push(`[${more.join(' ')} …]`);
  }
  return [name, ...words].join(' ');
}
