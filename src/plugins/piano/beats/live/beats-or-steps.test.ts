import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES, type Mode } from '../../../../session/commands.js';
import { replayTake } from '../../../../session/replay.js';
import type { Session } from '../../../../session/session.js';
import { survivingTokens, type TakeRecord } from '../../../../session/take.js';
import { COMMANDS, jam, lastTime, type Move, make, START, startOf } from '../../../../session/testing/jam.js';
import { beatsPerformer, codec, FIRST_BEAT, steadyMoves } from '../testing/beats-jam.js';

const beatsJam = (mode: Mode) => jam(mode, beatsPerformer());
const tokensOf = (records: readonly TakeRecord[]) => survivingTokens(records, codec.startToken);

function watched(session: Session, list: readonly Move[]): void {
  let from = 0;
  for (const move of list) {
    for (let time = from; time < startOf(move); time += 0.03) session.advance(time);
    make(session, move);
    from = lastTime([move]);
  }
}

/** The beats that the model is told of, or says. */
const beatTokens = (records: readonly TakeRecord[]) =>
  records.flatMap((record) =>
    record.type === 'sampled' ? record.tokens.filter((token) => token >= FIRST_BEAT) : [],
  );

describe('a session in beats where there are some, else in steps, whatever happens', () => {
  it('leaves nothing sounding, and begins and ends no note twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), steadyMoves(COMMANDS), (mode, list) => {
        const { session, synth } = beatsJam(mode);
        session.command(START, 0);
        for (const move of list) make(session, move);
        session.command({ type: 'stop' }, lastTime(list) + 10);
        expect(synth.sounding.size).toBe(0);
        expect(synth.faults).toEqual([]);
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it('is replayed to the token, and its state is what its tokens give, to the bit', () => {
    let inBeats = 0;
    fc.assert(
      fc.property(fc.constantFrom(...MODES), steadyMoves(COMMANDS), (mode, list) => {
        const live = beatsJam(mode);
        live.session.command(START, 0);
        watched(live.session, list);
        live.session.command({ type: 'stop' }, lastTime(list) + 10);
        inBeats += Number(beatTokens(live.records).length > 0);
        const replay = replayTake(live.records, { ...beatsPerformer(), mode, time: 0 });
        expect(tokensOf(replay.records)).toEqual(tokensOf(live.records));
        expect(replay.state).toEqual(live.session.state());
        const { engine } = beatsPerformer();
        const state = engine.createState();
        for (const token of tokensOf(live.records)) engine.step([state], [token]);
        expect(state.snapshot()).toEqual(live.session.state());
      }),
      { numRuns: 25 },
    );
    expect(inBeats).toBeGreaterThan(4);
  }, 120_000);

  it('plays the same, prepared or surprised', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), steadyMoves(COMMANDS), (mode, list) => {
        const [prepared, surprised] = [beatsJam(mode), beatsJam(mode)];
        for (const { session } of [prepared, surprised]) session.command(START, 0);
        watched(prepared.session, list);
        for (const move of list) make(surprised.session, move);
        for (const { session } of [prepared, surprised])
          session.command({ type: 'stop' }, lastTime(list) + 10);
        expect(tokensOf(prepared.records)).toEqual(tokensOf(surprised.records));
        expect(prepared.session.state()).toEqual(surprised.session.state());
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
