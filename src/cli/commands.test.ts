import type { ArgsDef, CommandDef } from 'citty';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.js';
import { checkOptions } from './options.js';
import { subCommandsOf } from './sub-commands.js';

interface Named {
  readonly path: string;
  readonly command: CommandDef;
}

async function withSubCommands(path: string, command: CommandDef): Promise<Named[]> {
  const subs = Object.entries(await subCommandsOf(command));
  const inner = subs.map(async ([name, sub]) =>
    withSubCommands(`${path} ${name}`, await (typeof sub === 'function' ? sub() : sub)),
  );
  return [{ path, command }, ...(await Promise.all(inner)).flat()];
}

const all = (
  await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { load }]) =>
      withSubCommands(`continuo ${name}`, (await load()).default),
    ),
  )
).flat();

const command = (path: string) => all.find((one) => one.path === path)!.command;

describe.each(all.map((one) => [one.path, one] as const))('%s', (path, { command }) => {
  it('is called what it says, and described in a sentence', async () => {
    const meta = await (typeof command.meta === 'function' ? command.meta() : command.meta);
    expect(path.split(' ').at(-1)).toBe(meta?.name);
    expect(meta?.description).toMatch(/^[A-Z].*[^.]\.$/s);
  });

  it('has words, and no sentence, on each option', () => {
    for (const [name, { description }] of Object.entries((command.args ?? {}) as ArgsDef))
      expect(description, name).toMatch(/[^.]$/);
  });
});

describe('arguments', () => {
  it.each([
    ['continuo continue', ['in.mid'], 'OPTION_VALUE', '--out OUT.mid is missing (Where the music goes'],
    ['continuo continue', ['-o', 'out.mid'], 'OPTION_VALUE', 'IN.mid is missing (A MIDI file'],
    ['continuo continue', ['in.mid', 'out.mid'], 'OPTION_VALUE', '"out.mid" is one argument too many'],
    [
      'continuo continue',
      ['in.mid', '-o', 'out.mid', '--set', 'a=1', '--set=b=2'],
      'OPTION_VALUE',
      '--set was given 2 times',
    ],
    ['continuo dataset odds', ['--data', 'x'], 'OPTION_VALUE', '--model FOLDER is missing'],
    ['continuo train', ['txt', 'poems.txt'], 'COMMAND_UNKNOWN', 'There is no command "train txt"'],
    ['continuo evaluate piano', ['--dat', 'x'], 'OPTION_UNKNOWN', 'There is no option --dat here'],
  ])('of %s %j are refused in the words of the help', async (path, args, code, message) => {
    await expect(checkOptions(command(path), args, path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/Options: |--help|joined by commas/),
    });
  });

  it.each([['-o'], ['--out'], ['--output']])('may say %s for what is written', async (option) => {
    for (const path of ['continuo continue', 'continuo replay'])
      await checkOptions(command(path), ['in', option, 'out.mid'], path);
  });
});
