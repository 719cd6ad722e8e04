import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostPerformer, openHostPerformer } from '../../host/models/open-host-performer.js';
import { specsOfVersion } from '../../plugin/params.js';
import { replayTake } from '../../session/replay.js';
import { Session } from '../../session/session.js';
import { survivingTokens, type TakeRecord } from '../../session/take.js';

let performer: HostPerformer;
beforeAll(async () => {
  performer = await openHostPerformer({
    ...{ plugin: 'folk', model: 'folk-session', engine: 'kernel', precision: 'int8', seed: 5 },
  });
});
afterAll(() => performer.engine.dispose());

/** A player's eight bars, and as much time for the answer. */
function takeOf(parts: Partial<Pick<HostPerformer, 'grammar'>>, version: string): TakeRecord[] {
  const records: TakeRecord[] = [];
  const pluginParams = specsOfVersion(performer.descriptor.params, version);
  const session = new Session({
    ...{ ...performer, ...parts, pluginParams, mode: 'answer', time: 0 },
    output: { noteOn() {}, noteOff() {}, silence() {} },
    emit() {},
    record: (record) => records.push(record),
  });
  session.command({ type: 'start' }, 0);
  const go = (until: number) => {
    for (let now = Math.floor(until); now < until; now += 0.25) session.advance(now);
    session.advance(until);
  };
  for (let note = 0; note < 64; note++) {
    const time = 0.5 + 0.3 * note;
    const pitch = 62 + ((note * 5) % 12);
    session.input({ type: 'noteOn', time, pitch, velocity: 80 });
    session.input({ type: 'noteOff', time: time + 0.25, pitch });
    go(time + 0.28);
  }
  for (let time = 20; time < 40; time++) go(time);
  session.command({ type: 'stop' }, 40);
  return [...records, { type: 'end', time: 40 }];
}

const played = (take: readonly TakeRecord[]) => survivingTokens(take, performer.codec.startToken).join(' ');
const again = (take: readonly TakeRecord[], version: string) =>
  replayTake(take, {
    ...{ ...performer, pluginParams: specsOfVersion(performer.descriptor.params, version) },
    ...{ mode: 'answer', time: 0 },
  });

it('is led since version 1.1.0: what was played before comes again as it was, and what is led comes again led', () => {
  const before = takeOf({ grammar: null }, '1.0.0');
  expect(before.some(({ type }) => type === 'sampled')).toBe(true);
  expect(again(before, '1.0.0').same).toBe(true);
  const led = takeOf({}, '1.1.0');
  expect(again(led, '1.1.0').same).toBe(true);
  expect(played(led)).not.toBe(played(before));
});
