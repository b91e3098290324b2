import type { Commands } from './docs.js';

/** What `help` prints. */
export function help(commands: Commands, about: string): string {
  if (about) {
    const found = commands.find(about);
    if (!found) return `The store knows no command ${about.toUpperCase()}.`;
    const rows = [
      ['summary', found.summary],
      ['group', found.group],
      ['since', found.since],
      ['complexity', found.complexity],
      ['flags', found.flags.join(' ')],
      ['categories', found.categories.join(' ')],
    ].filter(([, value]) => value);
    return [found.syntax, ...rows.map(([name, value]) => `  ${`${name}:`.padEnd(12)}${value}`)].join('\n');
  }
  const groups = [...commands.groups()].map(
    ([group, names]) => `  ${group.padEnd(14)}${names.length} commands, such as ${names.slice(0, 3).join(', ')}`,
  );
  return [
    'help COMMAND  what the store says of a command',
    'clear         empties this window',
    'Tab completes, the arrow keys go through what was typed, Ctrl+C gives up waiting.',
    '',
    ...groups,
  ].join('\n');
}
