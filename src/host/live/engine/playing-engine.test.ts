import { expect, it } from 'vitest';
import { Notations } from '../notation/notations.js';
import { UserSettings } from '../user-settings.js';
import { Inheritance } from './inheritance.js';
import { type Chosen, type EnginesListener, type Part, PlayingEngine } from './playing-engine.js';
import type { SessionHandle } from './session-handle.js';

const NOTHING = {
  resumption: null,
  others: new Map(),
  codec: '',
  learnt: undefined,
  take: null,
  notations: new Notations(),
  hung: false,
};

const chosen = { setup: {}, plugin: { descriptor: { params: {} } }, others: [] } as unknown as Chosen;

/** Engines that play in succession; `said` records their messages and the session's events. `stops`: whether the first one answers. */
function engines(stops: boolean) {
  const said: string[] = [];
  const listener: EnginesListener = {
    event: ({ type }) => said.push(type),
    connect: async (name, use) => void (await use(null).then(() => said.push(`connected ${name}`))),
    output: (name) => said.push(`output ${name}`),
    outputFailed: () => said.push('failed'),
    outputMissing: (name) => said.push(`missing ${name}`),
    silence: (output) => said.push(`silence ${output}`),
    heldKeys: () => [],
    changed: () => said.push('changed'),
  };
  const playing = new PlayingEngine(
    new UserSettings('solo'),
    () => 0,
    listener,
    () => said.push('dead'),
  );
  const begin = async (name: string): Promise<Part> => {
    const part: Part = { role: 'comes' };
    const told = playing.listenerOf(part);
    const engine = {
      takeFolder: null,
      state: () => null,
      post: () => {},
      begin: () => {},
      leave: () => new Inheritance(NOTHING),
      continues: () => false,
      stop: async () => {
        said.push(`${name} stops`);
        return stops;
      },
      close: async () => void said.push(`${name} closes`),
      output: async (output: string | null) => {
        told.output({ type: 'output', request: 0, name: output, id: null });
        return output;
      },
    };
    await playing.handOver(chosen, engine as unknown as SessionHandle, part);
    return part;
  };
  return { playing, said, begin };
}

it.each([true, false])(
  'an output is let go of before the engine closes it, and handed on; it answers: %s',
  async (stops) => {
    const { playing, said, begin } = engines(stops);
    await begin('one');
    await playing.connect('Synth');
    said.length = 0;
    await begin('other');
    expect(said).toEqual([
      ...['output null', 'one stops', ...(stops ? [] : ['silence Synth', 'allOff']), 'one closes'],
      ...['changed', 'output Synth', 'connected Synth', 'phase'],
    ]);
  },
);

it('what an engine that died left is silenced first, and the next one has its output', async () => {
  const { playing, said, begin } = engines(true);
  const part = await begin('one');
  await playing.connect('Synth');
  said.length = 0;
  playing.listenerOf(part).crashed({ error: new Error('it hung'), member: 0, alone: false });
  expect(playing.engine).toBeNull();
  await begin('other');
  expect(said).toEqual([
    ...['silence Synth', 'allOff', 'output null', 'phase', 'one closes', 'dead'],
    ...['output null', 'changed', 'output Synth', 'connected Synth', 'phase'],
  ]);
});
