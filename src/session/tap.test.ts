import { expect, it } from 'vitest';
import { Tap, type TapFrame, TapReader } from '../model/tap/index.js';
import { MODES, type Mode } from './commands.js';
import { replayTake } from './replay.js';
import type { Session, SessionParts } from './session.js';
import { survivingTokens } from './take.js';
import { codec, jam, performer, phrase, START } from './testing/jam.js';

/** Plays two phrases, takes back the reply to the first, and sends the clock by in small steps. */
function play(session: Session, look: () => void = () => {}): void {
  const run = (from: number, to: number) => {
    for (let time = from; time < to; time += 0.01) {
      session.advance(time);
      look();
    }
  };
  session.command(START, 0);
  phrase(session, 0.5, [60, 62, 64]);
  run(1.3, 5);
  session.command({ type: 'takeBack' }, 5);
  run(5, 6);
  phrase(session, 6, [67, 65]);
  run(6.5, 11);
  session.command({ type: 'stop' }, 11);
  look();
}

function watched(mode: Mode, overrides: Partial<SessionParts> = {}) {
  const tap = new Tap(performer().engine);
  const reader = new TapReader(tap.link);
  reader.open();
  const frames: TapFrame[] = [];
  const live = jam(mode, { ...overrides, tap });
  play(live.session, () => frames.push(...reader.read()));
  return { ...live, frames, reader };
}

it.each(MODES)('in the mode %s, a tap changes nothing, and a replay of the take is the same', (mode) => {
  const [plain, live] = [jam(mode), watched(mode)];
  play(plain.session);
  expect(live.records).toEqual(plain.records);
  expect(live.events).toEqual(plain.events);
  expect(live.session.state()).toEqual(plain.session.state());
  const tap = new Tap(performer().engine);
  new TapReader(tap.link).open();
  const replay = replayTake(live.records, { ...performer(), tap, mode, time: 0 });
  expect(replay.same).toBe(true);
});

it.each(MODES)(
  'in the mode %s, it shows each token with the state and logits that were before it',
  (mode) => {
    const { frames, records, reader } = watched(mode);
    expect(reader.dropped).toBe(0);
    // Where a position comes again, what came before was taken back.
    const last = new Map(frames.map((frame) => [frame.position, frame]));
    const tokens = survivingTokens(records, codec.startToken);
    expect(tokens.length).toBeGreaterThan(5);
    const { engine } = performer();
    const state = engine.createState();
    for (let position = 1; position < tokens.length; position++) {
      const logits = engine.step([state], [tokens[position - 1]!]);
      const frame = last.get(position)!;
      expect([frame.token, frame.logits]).toEqual([tokens[position], logits]);
      expect(frame.layers).toEqual(state.layers);
    }
  },
);

it('shows the mask and the biased logits of each token that was drawn, rehearsed ones included', () => {
  const { frames } = watched('answer');
  const drawn = frames.filter((frame) => frame.drawn);
  expect(drawn.length).toBeGreaterThan(20);
  for (const { mask, token } of drawn) expect(mask?.[token]).toBe(1);
  expect(drawn.some(({ biased }) => biased !== null)).toBe(true);
  const fed = frames.filter((frame) => !frame.drawn);
  expect(fed.length).toBeGreaterThan(5);
  for (const { mask, biased } of fed) expect([mask, biased]).toEqual([null, null]);
});
