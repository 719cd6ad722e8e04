import { describe, expect, it } from 'vitest';
import { performance388 } from '../codec/performance/performance-388.js';
import { parseDescriptor } from '../plugin/descriptor.js';
import { definePlugin, type PluginDefinition, type PluginVoice, type TokenStream } from '../plugin/index.js';
import { coded } from '../plugin/testing/coded.js';
import { replayTake } from '../session/replay.js';
import { Session } from '../session/session.js';
import type { TakeRecord } from '../session/take.js';
import { survivingTokens } from '../session/take.js';
import { predictingPerformer } from './performer.js';

const symbols = performance388.symbols;
const SECOND = symbols.findIndex((one) => one.type === 'shift' && one.steps === 100);
const on = (pitch: number) => symbols.findIndex((one) => one.type === 'on' && one.pitch === pitch);

/** Low notes are the bass's, others say nothing of whose they are. */
const codec = {
  ...performance388,
  stream(time: number): TokenStream {
    const stream = performance388.stream(time);
    const accept = stream.accept.bind(stream);
    return Object.assign(stream, {
      accept: (token: number) =>
        accept(token).map((event) =>
          event.type === 'noteOn' && event.pitch < 50 ? { ...event, part: 'bass' } : event,
        ),
    });
  },
};
const voices: readonly PluginVoice[] = [
  { id: 'flute', name: 'Flute', channel: 3, program: 74 },
  { id: 'bass', name: 'Bass', channel: 4, program: 33 },
];

/** Counts what it was fed: any order of feeding and going back that is not exact shows in what it plays. */
const plugin: PluginDefinition = definePlugin({
  live: { codec: () => codec, voices },
  predictor: {
    open() {
      let fed: readonly number[] = [];
      return {
        feed(token) {
          fed = [...fed, token];
        },
        predict(logits) {
          const sum = fed.reduce((sum, token, index) => (sum * 31 + token * (index + 1)) % 9973, 7);
          logits.fill(Number.NEGATIVE_INFINITY);
          for (let pitch = 36; pitch < 84; pitch++) logits[on(pitch)] = ((sum + pitch * 17) % 13) / 4;
          logits[SECOND] = 3;
        },
        snapshot: () => fed,
        restore(snapshot) {
          fed = snapshot as readonly number[];
        },
      };
    },
  },
});
const descriptor = parseDescriptor(
  { apiVersion: '2.0', id: 'sum', name: 'Sum', version: '1.0.0', extensions: ['live', 'predictor'] },
  'plugin.json',
);

describe('a plugin that predicts by itself', () => {
  it('plays in a session, is taken back, and plays again to the token; each note says whose it is', () => {
    const performer = predictingPerformer({ descriptor, definition: plugin }, 5);
    const records: TakeRecord[] = [];
    const parts = new Map<number, string | undefined>();
    const output = {
      noteOn: (pitch: number, _velocity: number, voice?: string, part?: string) => {
        if (voice === 'model') parts.set(pitch, part);
      },
      noteOff: () => {},
      silence: () => {},
    };
    const emit = () => {};
    const record = (one: TakeRecord) => void records.push(one);
    const session = new Session({ ...performer, output, mode: 'answer', time: 0, emit, record });
    session.command({ type: 'start' }, 0);
    for (let time = 1; time < 40; time += 8) {
      session.input({ type: 'noteOn', time, pitch: 60, velocity: 80 });
      session.input({ type: 'noteOff', time: time + 0.3, pitch: 60 });
      session.advance(time + 3.5);
      if (time > 12) session.command({ type: time > 20 ? 'again' : 'takeBack' }, time + 3.6);
      session.advance(time + 7);
    }
    session.command({ type: 'stop' }, 50);
    records.push({ type: 'end', time: 50 });
    expect(parts.size).toBeGreaterThan(10);
    for (const [pitch, part] of parts) expect(part).toBe(pitch < 50 ? 'bass' : undefined);

    const replay = replayTake(records, { ...performer, mode: 'answer', time: 0 });
    expect(replay.same).toBe(true);
    const tokens = survivingTokens(records, codec.startToken);
    expect(tokens.length).toBeGreaterThan(30);
    expect(survivingTokens(replay.records, codec.startToken)).toEqual(tokens);
  });

  it.each([
    ['NaN', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('is named where each of its logits is %s', (said, logit) => {
    const open = () => ({
      ...{ feed: () => {}, snapshot: () => 0, restore: () => {} },
      predict: (logits: Float32Array) => void logits.fill(logit),
    });
    const { engine } = predictingPerformer({ descriptor, definition: { ...plugin, predictor: { open } } }, 5);
    const error = coded(() => engine.step([engine.createState()], [0]));
    expect([error.code, error.message]).toEqual(['PLUGIN_FAILED', expect.stringMatching(/plugin sum gave/)]);
    expect(error.message).toContain(said);
  });

  it.each([
    [[{ id: 'a', name: 'A', channel: 17 }]],
    [[{ id: 'a', name: 'A', program: 0 }]],
    [
      [
        { id: 'a', name: 'A' },
        { id: 'a', name: 'B' },
      ],
    ],
  ])('is refused with voices such as %j', (voices) => {
    const definition = { ...plugin, live: { ...plugin.live!, voices } };
    expect(coded(() => predictingPerformer({ descriptor, definition }, 5)).code).toBe('PLUGIN_BROKEN');
  });
});
