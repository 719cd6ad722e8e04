import { expect, it } from 'vitest';
import type { Checkpoint } from '../../../../session/checkpoint.js';
import { replayTake } from '../../../../session/replay.js';
import { Session } from '../../../../session/session.js';
import { survivingTokens, type TakeRecord } from '../../../../session/take.js';
import { START } from '../../../../session/testing/jam.js';
import { beatsPerformer, codec } from '../testing/beats-jam.js';

it('goes on in beats from a checkpoint that another thread held, and plays again to the token', () => {
  const records: TakeRecord[] = [];
  const made: Checkpoint[] = [];
  const output = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };
  const record = (one: TakeRecord) => void records.push(one);
  const begin = (more: object) =>
    new Session({
      ...{ ...beatsPerformer(), output, mode: 'continue', time: 0, emit: () => {}, record },
      checkpoint: (one) => void made.push(structuredClone(one)),
      ...more,
    });
  let session = begin({});
  session.command(START, 0);
  session.command({ type: 'pulse', beat: 0.5, bar: true, tapped: false }, 0.5);
  const play = (from: number, until: number) => {
    for (let time = from; time < until; time += 0.25) {
      session.input({ type: 'noteOn', time, pitch: 60 + (Math.round(time * 4) % 8), velocity: 80 });
      session.input({ type: 'noteOff', time: time + 0.2, pitch: 60 + (Math.round(time * 4) % 8) });
    }
    for (let time = until; time < until + 12; time += 0.03) session.advance(time);
  };
  play(1, 12);
  const checkpoint = made.at(-1)!;
  expect(checkpoint.time).toBe(22);
  const { length, time: from } = checkpoint;
  const [mode, values] = [session.mode, { ...session.values }];
  const tokens = survivingTokens(records, codec.startToken).slice(0, length);
  records.push({ type: 'restart', time: 25, from, length, branch: 500, mode, values });
  session = begin({ time: 25, mode, values, resume: { checkpoint, branch: 500, tokens }, firstId: 1e6 });
  session.command(START, 25);
  play(26, 34);
  session.command({ type: 'stop' }, 46);
  records.push({ type: 'end', time: 46 });
  const replay = replayTake(records, { ...beatsPerformer(), mode: 'continue', time: 0 });
  expect([replay.same, replay.differsAt]).toEqual([true, null]);
  expect(replay.state).toEqual(session.state());
});
