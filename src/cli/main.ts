#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type CommandDef, renderUsage, runCommand } from 'citty';
import { ContinuoError } from '../errors.js';
import { FOLDERS } from '../host/folders.js';
import { explain } from './explain.js';
import { checkOptions } from './options.js';
import { endWithReader } from './shutdown.js';

/** Each command is loaded when it is asked for: `--help` should not wait for a neural network. */
const COMMANDS: Record<
  string,
  { readonly what: string; readonly load: () => Promise<{ default: CommandDef }> }
> = {
  start: { what: 'play in the browser panel (the main thing)', load: load(() => import('./start.js')) },
  jam: { what: 'play with a MIDI keyboard, without a browser', load: load(() => import('./jam.js')) },
  continue: { what: 'go on from a MIDI file, to a MIDI file', load: load(() => import('./continue.js')) },
  generate: {
    what: 'make folk tunes, as ABC that plays as it stands, or text',
    load: load(() => import('./generate.js')),
  },
  ports: { what: 'list the MIDI ports', load: load(() => import('./ports.js')) },
  doctor: {
    what: 'say what is here, what is missing, and how to get it',
    load: load(() => import('./doctor.js')),
  },
  replay: { what: 'play a recorded take again, to a MIDI file', load: load(() => import('./replay.js')) },
  train: {
    what: 'train a network on your own music, or on what you played',
    load: load(() => import('./train.js')),
  },
  evaluate: { what: 'measure a model on held-out music', load: load(() => import('./evaluate.js')) },
  abc: {
    what: 'check, transpose, play, engrave and write down ABC tunes',
    load: load(() => import('./abc.js')),
  },
  dataset: {
    what: 'fetch corpora, and make training data from them',
    load: load(() => import('./dataset.js')),
  },
};

/** citty's command type is invariant in its options; here only its name and its options' names matter. */
function load(module: () => Promise<{ default: unknown }>): () => Promise<{ default: CommandDef }> {
  return module as () => Promise<{ default: CommandDef }>;
}

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
    process.stdout.write(help());
    return;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) throw unknown(name, COMMANDS);
  const { default: command } = await entry.load();
  const { command: inner, args: own, path } = await descend(command, rest, 'continuo');
  const [first] = own;
  if (inner.run === undefined && first !== undefined && !first.startsWith('-'))
    throw unknown(`${name} ${first}`, await subCommandsOf(inner));
  const asksHelp = own.includes('--help') || own.includes('-h');
  if (!asksHelp) await checkOptions(inner, own);
  if (asksHelp || inner.run === undefined) {
    const usage = await renderUsage(inner, { meta: { name: path } });
    process.stdout.write(`${process.stdout.isTTY ? usage : stripVTControlCharacters(usage)}\n`);
    return;
  }
  // A command with sub-commands may take an argument of its own (`evaluate DATASET`), which citty would take for one of them.
  const { subCommands: _, ...alone } = inner;
  await runCommand(alone, { rawArgs: [...own] });
}

/** The innermost command that the arguments name, as in `dataset build`; `path` is what stands before its name. */
async function descend(command: CommandDef, args: readonly string[], path: string): Promise<Innermost> {
  const subs = await subCommandsOf(command);
  const sub = args[0] !== undefined && Object.hasOwn(subs, args[0]) ? subs[args[0]] : undefined;
  if (!sub) return { command, args, path };
  const { name } = (await (typeof command.meta === 'function' ? command.meta() : command.meta)) ?? {};
  return descend(await (typeof sub === 'function' ? sub() : sub), args.slice(1), `${path} ${name}`);
}

async function subCommandsOf({ subCommands = {} }: CommandDef) {
  return typeof subCommands === 'function' ? await subCommands() : await subCommands;
}

function unknown(name: string, commands: object): ContinuoError {
  const known = Object.keys(commands).join(', ');
  return new ContinuoError('COMMAND_UNKNOWN', `There is no command "${name}".`, `Commands: ${known}.`);
}

interface Innermost {
  readonly command: CommandDef;
  readonly args: readonly string[];
  readonly path: string;
}

endWithReader();
main(process.argv.slice(2)).catch(explain);
