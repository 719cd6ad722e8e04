import { beforeEach, describe, expect, it } from 'vitest';
import { VIRTUAL_PORT } from '../port-choice.js';
import type { Lent } from './lent-port.js';
import { OwnOutput } from './own-output.js';

describe('the output of our own', () => {
  let said: string[];
  let lose: () => void;
  let refused: Error | null;
  let output: OwnOutput;

  beforeEach(() => {
    said = [];
    refused = null;
    let opened = 0;
    output = new OwnOutput(
      () => said.push('lost'),
      async (onLost) => {
        lose = onLost;
        if (refused) throw refused;
        const id = ++opened;
        said.push(`open ${id}`);
        return {
          lent: { ring: new SharedArrayBuffer(0), id },
          abandon: () => said.push(`abandon ${id}`),
          close: async () => void said.push(`close ${id}`),
        };
      },
    );
  });

  /** An engine that connects to the lent port, else to the output of that name. */
  const engine = (name: string | null) => async (lent: Lent | null) => {
    said.push(`plays to ${lent?.id ?? name}`);
    return lent ? VIRTUAL_PORT : name;
  };
  const connect = (name: string | null) => output.connect(name, engine(name));
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('is lent to engine after engine, and closed when another output, or none, is in use', async () => {
    await connect('virtual');
    await connect(VIRTUAL_PORT);
    await connect('Synth');
    await connect('virtual');
    await connect(null);
    await settle();
    expect(said).toEqual([
      ...['open 1', 'plays to 1', 'plays to 1'],
      ...['plays to Synth', 'close 1', 'open 2', 'plays to 2', 'plays to null', 'close 2'],
    ]);
  });

  it('stays where another output cannot be connected, and where the engine dies at it', async () => {
    await connect('virtual');
    for (const name of ['Synth', 'virtual'])
      await expect(
        output.connect(name, async () => {
          throw new Error('gone');
        }),
      ).rejects.toThrow('gone');
    output.abandon();
    await connect('virtual');
    await settle();
    expect(said).toEqual(['open 1', 'plays to 1', 'abandon 1', 'plays to 1']);
  });

  it('is not closed under an engine that is about to play to it', async () => {
    await connect('virtual');
    let answer = (_: string) => {};
    const first = output.connect('Synth', () => new Promise((resolve) => (answer = resolve)));
    const second = connect('virtual');
    answer('Synth');
    await Promise.all([first, second]);
    await settle();
    expect(said).toEqual(['open 1', 'plays to 1', 'plays to 1']);
  });

  it('is opened again after it could not be, and after it was lost', async () => {
    refused = new Error('no sequencer');
    await expect(connect('virtual')).rejects.toThrow('no sequencer');
    refused = null;
    await connect('virtual');
    lose();
    await connect('virtual');
    expect(said).toEqual(['open 1', 'plays to 1', 'lost', 'open 2', 'plays to 2']);
  });
});
