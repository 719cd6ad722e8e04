import { expect, it } from 'vitest';
import { Band } from './band.js';
import type { Checkpoint } from './checkpoint.js';
import type { Mode } from './commands.js';
import { survivingTokens, type TakeRecord } from './take.js';
import { bandJam, ChannelSynth, lookUntil, replayBand } from './testing/band-jam.js';
import { codec, performer, START } from './testing/jam.js';

it('a band goes on from the checkpoints of all its members, and its take replays through that', () => {
  const modes: Mode[] = ['answer', 'duet'];
  const made = new Map<string | undefined, Checkpoint>();
  const { band, records } = bandJam(modes, {
    checkpoint: (checkpoint, member) => void made.set(member, structuredClone(checkpoint)),
  });
  const play = (to: Band, from: number) => {
    for (let time = from; time < from + 4; time += 0.5) {
      to.input({ type: 'noteOn', time, pitch: 60 + Math.floor(time), velocity: 80 });
      to.input({ type: 'noteOff', time: time + 0.3, pitch: 60 + Math.floor(time) });
    }
    lookUntil(to, from + 4, from + 8, 0.05);
  };
  band.command(START, 0);
  play(band, 1);
  const [first, second] = [made.get(undefined)!, made.get('second')!];
  const resume = (checkpoint: Checkpoint, member?: string) => ({
    ...{ checkpoint, branch: 5000 },
    tokens: survivingTokens(records, codec.startToken, member).slice(0, checkpoint.length),
  });
  const all: TakeRecord[] = [...records];
  const members = [
    { ...performer(7), mode: modes[0]!, output: new ChannelSynth().of(1), resume: resume(first) },
    {
      ...performer(8),
      id: 'second',
      mode: modes[1]!,
      output: new ChannelSynth().of(2),
      resume: resume(second, 'second'),
    },
  ];
  const others = [
    { member: 'second', from: second.time, length: second.length, branch: 5000, mode: modes[1]!, values: {} },
  ];
  all.push({
    ...{
      type: 'restart',
      time: 10,
      from: first.time,
      length: first.length,
      branch: 5000,
      mode: modes[0]!,
      values: {},
    },
    others,
  });
  const next = new Band({ members, time: 10, emit: () => {}, record: (record) => all.push(record) });
  next.command(START, 10);
  play(next, 11);
  next.command({ type: 'stop' }, 20);
  const again = replayBand([...all, { type: 'end', time: 20 }], modes);
  expect([again.same, again.differsAt]).toEqual([true, null]);
  for (const member of [undefined, 'second'])
    expect(survivingTokens(again.records, codec.startToken, member)).toEqual(
      survivingTokens(all, codec.startToken, member),
    );
});
