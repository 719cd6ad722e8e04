import { expect, it } from 'vitest';
import { uniform } from '../../../model/random.js';
import { createSampler } from '../../../model/sampler.js';
import type { SessionEvent } from '../../../session/events.js';
import { Session } from '../../../session/session.js';
import { PARAMS, untrained } from '../testing/play.js';
import { ensembleLive, liveCodec, VOICES } from './live.js';

const sampler = createSampler(liveCodec.vocabulary.size);
const CHORDS = [
  [48, 64, 67, 72],
  [45, 64, 69, 72],
  [41, 65, 69, 72],
  [43, 62, 67, 71],
];

/** Half a minute beside somebody who plays chords, a bar each, looked at every `look` seconds. */
function duet(look: number) {
  const events: SessionEvent[] = [];
  const sent: string[] = [];
  const open = new Set<string>();
  let now = 0;
  const session = new Session({
    ...{ engine: untrained(), codec: liveCodec, mode: 'duet', time: 0, pluginParams: PARAMS },
    grammar: ensembleLive.grammar!(liveCodec),
    createDraw: (branch, _params, drawn = 0) => {
      let index = drawn;
      return (logits, mask) =>
        sampler.draw(logits, { temperature: 1, topK: 0, topP: 1 }, mask, uniform(5, branch, index++));
    },
    output: {
      channelOf: (_voice, part) => VOICES.find(({ id }) => id === part)?.channel ?? 1,
      noteOn: (pitch, velocity, voice, part) => {
        if (voice !== 'model') return;
        const { channel } = VOICES.find(({ id }) => id === part)!;
        expect(open.has(`${channel} ${pitch}`)).toBe(false);
        open.add(`${channel} ${pitch}`);
        sent.push(`${part} ${pitch} ${velocity}`);
      },
      noteOff: (pitch, channel) => open.delete(`${channel} ${pitch}`),
      silence: () => {},
    },
    emit: (event) => events.push(event),
    record: () => {},
  });
  session.command({ type: 'start' }, 0);
  for (let bar = 0; bar < 12; bar++) {
    const chord = CHORDS[bar % 4]!;
    const time = 1 + bar * 2.4;
    for (const [index, pitch] of chord.entries())
      play({ type: 'noteOn', time: time + 0.012 * index, pitch, velocity: 70 });
    for (const [index, pitch] of chord.entries())
      play({ type: 'noteOff', time: time + 2.2 + 0.01 * index, pitch });
  }
  function play(event: Parameters<Session['input']>[0]) {
    for (; now < event.time; now = Math.min(event.time, now + look)) session.advance(now);
    session.input(event);
  }
  for (const end = now + 9; now < end; now += look) session.advance(now);
  session.command({ type: 'stop' }, now);
  return { events, sent, open };
}

it('plays in a session: all three come in, each on its own, end what they began, and depend on nothing but what was played', () => {
  const { events, sent, open } = duet(0.01);
  expect(open.size).toBe(0);
  expect(sent.length).toBeGreaterThan(80);
  expect(new Set(sent.map((note) => note.split(' ')[0]))).toEqual(new Set(['counter', 'chords', 'bass']));
  expect(events.filter(({ type }) => type === 'trouble')).toEqual([]);
  const [first] = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
  // The bar at 90 beats a minute that was not tapped: it begins with the leader's first chord.
  expect(first!.time).toBeGreaterThan(3);
  expect(first!.time).toBeLessThan(6.5);
  expect(duet(0.23).sent).toEqual(sent);
});
