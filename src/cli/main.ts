#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { renderUsage, runCommand } from 'citty';
import { ContinuoError } from '../errors.js';
import { FOLDERS } from '../host/folders.js';
import { COMMANDS } from './commands.js';
import { explain } from './explain.js';
import { checkOptions } from './options.js';
import { endWithReader } from './shutdown.js';
import { descend, subCommandsOf } from './sub-commands.js';

const version = (JSON.parse(readFileSync(join(FOLDERS.root, 'package.json'), 'utf8')) as { version: string })
  .version;

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  return [
    `Continuo ${version}: play, and a recurrent network goes on from what you played.`,
    '',
    'Usage: continuo COMMAND [options]',
    '',
    ...Object.entries(COMMANDS).map(([name, { what }]) => `  ${name.padEnd(width)}  ${what}`),
    '',
    'continuo COMMAND --help says more. Start with: continuo start',
    '',
  ].join('\n');
}

async function main(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    if (rest.length > 0) return main([...rest, '--help']);
    process.stdout.write(help());
    return;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) throw unknown(name, COMMANDS);
  const { default: command } = await entry.load(rest);
  const { command: inner, args: own, path } = await descend(command, rest, `continuo ${name}`);
  const [first] = own;
  if (inner.run === undefined && first !== undefined && !first.startsWith('-'))
    throw unknown(`${name} ${first}`, await subCommandsOf(inner));
  const asksHelp = own.includes('--help') || own.includes('-h');
  if (!asksHelp) await checkOptions(inner, own, path);
  if (asksHelp || inner.run === undefined) {
    const usage = await renderUsage(inner, { meta: { name: path.slice(0, path.lastIndexOf(' ')) } });
    process.stdout.write(`${process.stdout.isTTY ? usage : stripVTControlCharacters(usage)}\n`);
    return;
  }
  // A command with sub-commands may take an argument of its own (`evaluate DATASET`), which citty would take for one of them.
  const { subCommands: _, ...alone } = inner;
  await runCommand(alone, { rawArgs: [...own] });
}

function unknown(name: string, commands: object): ContinuoError {
  const known = Object.keys(commands).join(', ');
  return new ContinuoError('COMMAND_UNKNOWN', `There is no command "${name}".`, `Commands: ${known}.`);
}

endWithReader();
main(process.argv.slice(2)).catch(explain);
