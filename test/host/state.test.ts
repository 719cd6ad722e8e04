import { describe, expect, it } from 'vitest';
import { openHostPerformer, type Setup } from '../../dist/host/models/open-host-performer.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { PlayedNotes } from '../../dist/session/played-notes.js';
import { replayTake } from '../../dist/session/replay.js';
import { Session } from '../../dist/session/session.js';
import { survivingTokens, type TakeRecord } from '../../dist/session/take.js';

const STEP = 0.003;
const silent = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };

/** Ten turns on a bundled model, its clock a number. */
async function tenTurns(setup: Setup) {
  const performer = await openHostPerformer(setup);
  const records: TakeRecord[] = [];
  const events: SessionEvent[] = [];
  const session = new Session({
    ...performer,
    pluginParams: performer.descriptor.params,
    output: silent,
    mode: 'answer',
    time: 0,
    emit: (event) => events.push(event),
    record: (record) => records.push(record),
  });
  session.command({ type: 'start' }, 0);
  let time = 0.5;
  for (let turn = 0; turn < 10; turn++) {
    for (const [index, pitch] of [60, 64, 67, 72, 71, 67].entries()) {
      session.input({ type: 'noteOn', time: time + 0.3 * index, pitch: pitch + turn, velocity: 70 + turn });
      session.input({ type: 'noteOff', time: time + 0.3 * index + 0.28, pitch: pitch + turn });
    }
    // The third turn is cut short by the player, the fifth taken back, the seventh played again.
    const until = time + (turn === 2 ? 3.4 : 7);
    for (; time < until; time += STEP) session.advance(time);
    if (turn === 4) session.command({ type: 'takeBack' }, time);
    if (turn === 6) session.command({ type: 'again' }, time);
  }
  session.command({ type: 'stop' }, time);
  return { performer, session, records, events };
}

function heard(events: readonly SessionEvent[]) {
  const playedNotes = new PlayedNotes();
  for (const event of events) playedNotes.add(event);
  return [...playedNotes.notes('player', 1e9), ...playedNotes.notes('model', 1e9)];
}

for (const [model, precision] of [
  ['piano-pop-start', 'int8'],
  ['piano-pop-start', 'float32'],
  ['piano-pop', 'int8'], // which remembers what was played more than 256 tokens ago
] as const) {
  describe(`ten turns of ${model} on the kernel, ${precision}`, () => {
    const setup: Setup = { plugin: 'piano', model, engine: 'kernel', precision, seed: 7 };
    const played = tenTurns(setup);

    it('a step is taken for each token fed or sampled, and for the start token; none is taken twice', async () => {
      const { performer, records } = await played;
      const tokens = records.flatMap((record) => ('tokens' in record ? record.tokens : []));
      expect(tokens.length).toBeGreaterThan(400);
      expect(performer.engine.steps).toBe(tokens.length + 1);
    });

    it('the state is, to the bit, what feeding the tokens of the log gives', async () => {
      const { session, records, performer } = await played;
      const { engine } = await openHostPerformer(setup);
      const state = engine.createState();
      for (const token of survivingTokens(records, performer.codec.startToken)) engine.step([state], [token]);
      expect(state.snapshot()).toEqual(session.state());
    });

    it('a replay from inputs and commands alone gives the same tokens and the same notes', async () => {
      const { session, records, events } = await played;
      const performer = await openHostPerformer(setup);
      const replay = replayTake(records, {
        ...performer,
        pluginParams: performer.descriptor.params,
        mode: 'answer',
        time: 0,
      });
      const { startToken } = performer.codec;
      expect(survivingTokens(replay.records, startToken)).toEqual(survivingTokens(records, startToken));
      expect(replay.state).toEqual(session.state());
      expect(heard(replay.events)).toEqual(heard(events));
      expect(heard(events).length).toBeGreaterThan(100);
    });
  });
}
