import { expect, it } from 'vitest';
import { kerasNetwork } from '../../../model/keras-init.js';
import { uniform } from '../../../model/random.js';
import { ReferenceEngine } from '../../../model/reference.js';
import { createSampler } from '../../../model/sampler.js';
import { parseDescriptor } from '../../../plugin/descriptor.js';
import { Band } from '../../../session/band.js';
import type { SessionEvent } from '../../../session/events.js';
import { replayTake } from '../../../session/replay.js';
import { Session } from '../../../session/session.js';
import { survivingTokens, type TakeRecord } from '../../../session/take.js';
import { classOf, TEMPO_EDGES } from '../codec/style.js';
import manifest from '../plugin.json' with { type: 'json' };
import { drumCodec } from './live.js';

const classes = drumCodec.vocabulary.size;
const network = kerasNetwork(
  { inputClasses: classes, embedding: 4, layers: [{ cell: 'gru', units: 6 }], outputClasses: classes },
  3,
);
const sampler = createSampler(classes);

const parts = {
  ...{ engine: new ReferenceEngine(network), codec: drumCodec, grammar: null },
  pluginParams: parseDescriptor(manifest, 'plugin.json').params,
  createDraw: (branch: number, _params: unknown, drawn = 0) => {
    let index = drawn;
    return (logits: Float32Array, mask: Uint8Array) =>
      sampler.draw(logits, { temperature: 1, topK: 0, topP: 1 }, mask, uniform(5, branch, index++));
  },
};

/** Half a minute beside somebody who keeps a beat, looked at every `look` seconds. */
function duet(look: number) {
  const events: SessionEvent[] = [];
  const sent: string[] = [];
  const open = new Set<number>();
  let now = 0;
  const session = new Session({
    ...{ ...parts, mode: 'duet', time: 0 },
    output: {
      noteOn: (pitch, velocity, voice, part) => {
        if (voice !== 'model') return;
        expect(open.has(pitch)).toBe(false);
        open.add(pitch);
        sent.push(`${pitch} ${velocity} ${part}`);
      },
      noteOff: (pitch) => open.delete(pitch),
      silence: () => {},
    },
    emit: (event) => events.push(event),
    record: () => {},
  });
  session.command({ type: 'start' }, 0);
  for (let beat = 0; beat < 50; beat++)
    for (const half of [0, 0.5]) {
      const time = 1 + (beat + half) * 0.6;
      const pitch = half === 0 && beat % 4 === 0 ? 40 : 64 + (beat % 3);
      for (const event of [
        { type: 'noteOn', time, pitch, velocity: 70 } as const,
        { type: 'noteOff', time: time + 0.2, pitch } as const,
      ]) {
        for (; now < event.time; now = Math.min(event.time, now + look)) session.advance(now);
        session.input(event);
      }
    }
  session.command({ type: 'stop' }, now);
  return { events, sent, open };
}

it('plays in a session: comes in, on its channel, ends what it began, and depends on nothing but what was played', () => {
  const { events, sent, open } = duet(0.01);
  expect(open.size).toBe(0);
  expect(sent.length).toBeGreaterThan(50);
  expect(sent.every((note) => note.endsWith(' drums'))).toBe(true);
  expect(events.filter(({ type }) => type === 'trouble')).toEqual([]);
  const [first] = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
  expect(first!.time).toBeGreaterThan(4);
  expect(first!.time).toBeLessThan(14);
  expect(duet(0.23).sent).toEqual(sent);
});

/** A drummer who plays along with somebody, and one who plays alone and does not hear him. Returns the take, and what the second one's beats are. */
function bandOfTwo(look: number) {
  const records: TakeRecord[] = [];
  const output = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };
  const values = { tempo: 110, countIn: false };
  const band = new Band({
    members: [
      { ...parts, output, mode: 'duet', hears: [] },
      { ...parts, output, mode: 'solo', id: 'second', values, hears: [] },
    ],
    ...{ time: 0, emit: () => {}, record: (record: TakeRecord) => records.push(record) },
  });
  band.command({ type: 'start' }, 0);
  let now = 0;
  const until = (time: number) => {
    for (; now < time; now = Math.min(time, now + look)) band.advance(now);
  };
  for (let half = 0; half < 60; half++) {
    const time = 1 + half * 0.3;
    const pitch = half % 8 === 0 ? 40 : 64 + (half % 3);
    until(time);
    band.input({ type: 'noteOn', time, pitch, velocity: 70 });
    until(time + 0.2);
    band.input({ type: 'noteOff', time: time + 0.2, pitch });
  }
  until(19);
  band.command({ type: 'stop' }, 19);
  return records;
}

const tokensOf = (records: readonly TakeRecord[]) =>
  [undefined, 'second'].map((member) => survivingTokens(records, drumCodec.startToken, member));

it('shares the beats that it hears with a band, whenever somebody looks, and in a replay', () => {
  const records = bandOfTwo(0.05);
  const [first, second] = tokensOf(records);
  expect(first!.length).toBeGreaterThan(100);
  // In the class of 100 beats a minute, and no longer in that of its own 110.
  const bars = [...second!]
    .map((token) => drumCodec.vocabulary.read(token))
    .filter(({ range }) => range === 'BAR');
  const tempos = bars.map(({ values }) => (values as { tempo: number }).tempo);
  expect(tempos[0]).toBe(classOf(110, TEMPO_EDGES));
  expect([classOf(99, TEMPO_EDGES), classOf(101, TEMPO_EDGES)]).toContain(tempos.at(-1));
  expect(tempos.at(-1)).toBeLessThan(tempos[0]!);
  expect(tokensOf(bandOfTwo(0.23))).toEqual([first, second]);
  const values = { tempo: 110, countIn: false };
  const replayed = replayTake(records, {
    ...{ ...parts, mode: 'duet', time: 0, hears: [] },
    others: [{ ...parts, mode: 'solo', id: 'second', values, hears: [] }],
  });
  expect(replayed.same).toBe(true);
});
