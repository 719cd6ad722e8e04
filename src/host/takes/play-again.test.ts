import { expect, it } from 'vitest';
import type { Checkpoint } from '../../session/checkpoint.js';
import { LEAD } from '../../session/commands.js';
import type { SessionParts } from '../../session/session.js';
import { survivingTokens } from '../../session/take.js';
import { jam, performer, phrase } from '../../session/testing/jam.js';
import type { HostPerformer } from '../models/open-host-performer.js';
import type { TakeHeader } from './header.js';
import { replayRecordedTake } from './play-again.js';
import type { Take } from './read-take.js';

const HEADER: TakeHeader = {
  ...{ type: 'take', version: 2, date: '', pluginVersion: '1.0.0', modelHash: 'f00d', mode: 'solo', time: 0 },
  setup: { plugin: 'piano', model: 'small', engine: 'reference', precision: 'int8', seed: 7 },
};
const played = () =>
  ({
    ...performer(),
    descriptor: { params: {}, version: '1.0.0' },
    modelHash: 'f00d',
  }) as unknown as HostPerformer;

/** Solo with all that makes the model wait, or go on by itself. */
function alone(version: TakeHeader['version'], parts: Partial<SessionParts>): Take {
  const { session, records } = jam('solo', parts);
  let now = 0;
  const until = (time: number) => {
    for (; now < time; now += 0.02) session.advance(now);
  };
  session.command({ type: 'start' }, 0);
  for (const [index, type] of (['allOff', 'takeBack', 'reset', 'allOff'] as const).entries()) {
    until(5 * index + 3);
    session.command({ type }, now);
    until(now + 0.5);
    // Where the model goes on by itself, it begins at once; where it waits, this is nothing.
    session.command({ type: 'start' }, now);
    until(now + 1);
    session.command({ type: 'mode', mode: 'solo' }, now);
  }
  until(22);
  session.command({ type: 'allOff' }, now);
  until(30);
  session.command({ type: 'stop' }, now);
  records.push({ type: 'end', time: now });
  const marked = version > 1 ? records : records.filter(({ type }) => type !== 'clock');
  return { header: { ...HEADER, version }, records: marked, where: (index) => `record ${index}` };
}

it('in takes of version 1 the model, alone, waits to be set going; in later ones it goes on by itself', () => {
  const [first, second] = [alone(1, { resumesSolo: false }), alone(2, {})];
  for (const take of [first, second])
    expect(replayRecordedTake(take, played())).toMatchObject({ same: true, cutOff: false, differsAt: null });
  expect(replayRecordedTake(second, played()).tokens).toBeGreaterThan(
    replayRecordedTake(first, played()).tokens,
  );
  // Each by the other's rule is another music.
  const other = { ...second, header: first.header };
  expect(replayRecordedTake(other, played()).same).toBe(false);
});

/** A turn of the mode continue that nobody cuts short, and one whose close is put off. */
function goingOn(version: TakeHeader['version'], parts: Partial<SessionParts>): Take {
  const { session, records } = jam('continue', parts);
  let now = 0;
  const until = (time: number) => {
    for (; now < time; now += 0.05) session.advance(now);
  };
  session.command({ type: 'start' }, 0);
  session.input({ type: 'noteOn', time: 1, pitch: 60, velocity: 80 });
  session.input({ type: 'noteOff', time: 1.2, pitch: 60 });
  until(170);
  session.input({ type: 'noteOn', time: now, pitch: 60, velocity: 80 });
  session.input({ type: 'noteOff', time: now, pitch: 60 });
  until(175);
  session.command({ type: 'param', id: 'patience', value: 2 }, now);
  until(190);
  session.command({ type: 'stop' }, now);
  records.push({ type: 'end', time: now });
  const header = { ...HEADER, version, mode: 'continue' } as const;
  return { header, records, where: (index) => `record ${index}` };
}

it('in takes of version 2 the model goes on until somebody plays; in later ones it comes to a close', () => {
  const [second, third] = [goingOn(2, { closesByItself: false }), goingOn(3, {})];
  for (const take of [second, third])
    expect(replayRecordedTake(take, played())).toMatchObject({ same: true, cutOff: false, differsAt: null });
  expect(replayRecordedTake(third, played()).model.length).toBeLessThan(
    replayRecordedTake(second, played()).model.length,
  );
  for (const [take, other] of [
    [second, third],
    [third, second],
  ] as const)
    expect(replayRecordedTake({ ...take, header: other.header }, played()).same).toBe(false);
});

it('needs the very weights of the take', () => {
  expect(() => replayRecordedTake(alone(2, {}), { ...played(), modelHash: 'beef' })).toThrow(
    expect.objectContaining({ code: 'MODEL_MISMATCH', message: expect.stringContaining('f00d') }),
  );
});

it('a take that goes on from a saved state is replayed from there', () => {
  const made: Checkpoint[] = [];
  const before = jam('answer', { checkpoint: (checkpoint) => void made.push(checkpoint) });
  before.session.command({ type: 'start' }, 0);
  for (let time = phrase(before.session, 1, [60, 62, 64]); time < 9; time += 0.05)
    before.session.advance(time);
  const checkpoint = made.at(-1)!;
  const tokens = survivingTokens(before.records, performer().codec.startToken).slice(0, checkpoint.length);
  const resumption = { checkpoint, branch: 1000, tokens };
  const mode = 'answer';
  const { session, records } = jam(mode, { time: 20, resume: resumption });
  session.command({ type: 'start' }, 20);
  for (let time = phrase(session, 21, [67, 65]); time < 30; time += 0.05) session.advance(time);
  session.command({ type: 'stop' }, 30);
  records.push({ type: 'end', time: 30 });
  const header: TakeHeader = { ...HEADER, version: 6, mode, time: 20, resumed: { take: 'before', from: 9 } };
  const member = {
    id: LEAD,
    mode,
    values: {},
    pluginVersion: '1.0.0',
    modelHash: 'f00d',
    codec: '',
  } as const;
  const start = { date: '', setup: HEADER.setup, time: 9, members: [{ ...member, resumption }] };
  const take = { header, start, records, where: (index: number) => `record ${index}` };
  const replayed = replayRecordedTake(take, played());
  expect(replayed).toMatchObject({ same: true, cutOff: false });
  expect(replayed.tokens).toBeGreaterThan(checkpoint.length);
  // From zero it is another music.
  const { start: _, ...alone } = take;
  expect(replayRecordedTake(alone, played()).same).toBe(false);
});
