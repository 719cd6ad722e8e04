import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Band } from './band.js';
import { MODES, type Mode } from './commands.js';
import type { SessionEvent } from './events.js';
import { PlayedNotes } from './played-notes.js';
import type { Session } from './session.js';
import { streamOf, survivingTokens, type TakeRecord } from './take.js';
import { BAND_COMMANDS, bandJam, bandModes, lookUntil, OTHERS, replayBand } from './testing/band-jam.js';
import { COMMANDS, codec, jam, lastTime, make, moves, performer, START, startOf } from './testing/jam.js';

const looks = fc.array(fc.double({ min: 0.005, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 8 });
type Moves = Parameters<typeof make>[1][];

/** Plays the moves, looking at the clock at these intervals, and ends the take. */
function play(band: Session | Band, list: Moves, steps: readonly number[]): number {
  band.command(START, 0);
  let [now, look] = [0, 0];
  const until = (time: number) => {
    for (; now < time; now += steps[look++ % steps.length]!) band.advance(now);
  };
  for (const move of list) {
    until(startOf(move));
    make(band, move);
    now = Math.max(now, lastTime([move]));
  }
  const end = lastTime(list) + 3;
  until(end);
  band.command({ type: 'stop' }, end);
  return end;
}

/** The records of each member's stream, and those of the session. */
function streams(records: readonly TakeRecord[]) {
  const of = (member: string | undefined) => survivingTokens(records, codec.startToken, member);
  return [of(undefined), ...OTHERS.map(of)];
}

const strikes = (events: readonly SessionEvent[], member?: string) =>
  events.flatMap((event) =>
    event.type === 'noteOn' && event.voice === 'model' && event.member === member ? [event] : [],
  );

describe('a band', () => {
  it('plays the same whenever the clock is looked at', () => {
    fc.assert(
      fc.property(bandModes, moves(BAND_COMMANDS.filter(fits)), looks, (modes, list, steps) => {
        const [one, other] = [bandJam(modes), bandJam(modes, { portion: 1 })];
        const end = play(one.band, list, steps);
        play(other.band, list, [0.6]);
        expect(streams(other.records)).toEqual(streams(one.records));
        expect(other.records.filter(({ type }) => type === 'clock')).toEqual(
          one.records.filter(({ type }) => type === 'clock'),
        );
        expect(heard(other.events, end)).toEqual(heard(one.events, end));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves nothing sounding, and begins and ends no note twice, on channels of their own or on one', () => {
    fc.assert(
      fc.property(bandModes, moves(BAND_COMMANDS.filter(fits)), fc.boolean(), (modes, list, shared) => {
        const { band, synth } = bandJam(modes, { shared });
        play(band, list, [0.05]);
        expect(synth.faults).toEqual([]);
        expect([...synth.sounding]).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('is replayed token for token, with the notes of each', () => {
    fc.assert(
      fc.property(bandModes, moves(BAND_COMMANDS.filter(fits)), looks, (modes, list, steps) => {
        const { band, records, events } = bandJam(modes);
        const end = play(band, list, steps);
        const again = replayBand([...records, { type: 'end', time: end }], modes);
        expect([again.same, again.differsAt]).toEqual([true, null]);
        expect(streams(again.records)).toEqual(streams(records));
        expect(heard(again.events, end)).toEqual(heard(events, end));
      }),
      { numRuns: 30 },
    );
  });

  it('is replayed to the last record of a take that was cut off', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(bandModes, moves(BAND_COMMANDS.filter(fits)), looks, cuts, (modes, list, steps, places) => {
        const { band, records } = bandJam(modes);
        play(band, list, steps);
        for (const place of places) {
          const again = replayBand(records.slice(0, Math.floor(place * records.length) + 1), modes);
          expect([again.same, again.differsAt]).toEqual([true, null]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of one member is a session: the same events and records', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(COMMANDS), (mode, list) => {
        const { session, events, records } = jam(mode);
        const one = bandJam([mode], { performers: [performer()] });
        const end = play(session, list, [0.05]);
        play(one.band, list, [0.05]);
        const sampled = (all: readonly TakeRecord[]) => survivingTokens(all, codec.startToken);
        expect(sampled(one.records)).toEqual(sampled(records));
        expect(timed(one.records)).toEqual(timed(records));
        expect(heard(one.events, end)).toEqual(heard(events, end));
      }),
      { numRuns: 30 },
    );
  });
});

/** Commands of members that each band of two or three has. */
function fits(command: (typeof BAND_COMMANDS)[number]): boolean {
  return !('member' in command) || command.member === OTHERS[0];
}

const timed = (records: readonly TakeRecord[]) =>
  records.filter(({ type }) => type === 'input' || type === 'command' || type === 'clock' || type === 'hold');

/** What a listener hears of the player and of each member. */
function heard(events: readonly SessionEvent[], now: number) {
  const played = new PlayedNotes();
  for (const event of events) played.add(event);
  return [
    played.notes('player', now),
    played.notes('model', now),
    ...OTHERS.map((member) => played.notes('model', now, member)),
  ];
}

describe('the members of a band', () => {
  const note = (band: Band, time: number, pitch: number, seconds = 0.3) => {
    band.input({ type: 'noteOn', time, pitch, velocity: 80 });
    band.input({ type: 'noteOff', time: time + seconds, pitch });
  };

  it('answer the player, and not each other', () => {
    const { band, events } = bandJam(['answer', 'answer']);
    band.command(START, 0);
    note(band, 1, 60);
    lookUntil(band, 1.3, 40, 0.05);
    const phases = (member?: string) =>
      events.flatMap((event) => (event.type === 'phase' && event.member === member ? [event.phase] : []));
    const turns = ['stopped', 'waiting', 'listening', 'playing', 'waiting'];
    for (const member of [undefined, 'second'])
      expect(phases(member).filter((phase, index, all) => phase !== all[index - 1])).toEqual(turns);
    expect(strikes(events).length).toBeGreaterThan(2);
    expect(strikes(events, 'second').length).toBeGreaterThan(2);
  });

  it('hear what the others play, unless they are told not to', () => {
    const fedTo = (hears: readonly string[] | undefined) => {
      const performers = [performer(7), { ...performer(8), ...(hears && { hears }) }];
      const { band, records } = bandJam(['solo', 'listen'], { performers });
      band.command(START, 0);
      lookUntil(band, 0, 6, 0.05);
      return records.filter((record) => record.type === 'fed' && streamOf(record) === 'second').length;
    };
    expect(fedTo(undefined)).toBeGreaterThan(5);
    expect(fedTo(['lead'])).toBe(fedTo(undefined));
    expect(fedTo([])).toBe(0);
  });

  it('hear percussion only if they are percussion themselves', () => {
    const kit = [{ id: 'kit', name: 'Kit', channel: 10 }];
    const fed = (listener: object, player: object) => {
      const performers = [
        { ...performer(7), ...player },
        { ...performer(8), ...listener },
      ];
      const { band, records } = bandJam(['solo', 'listen'], { performers });
      band.command(START, 0);
      lookUntil(band, 0, 4, 0.05);
      return records.some((record) => record.type === 'fed' && streamOf(record) === 'second');
    };
    expect(fed({}, { voices: kit })).toBe(false);
    expect(fed({ voices: kit }, { voices: kit })).toBe(true);
    expect(fed({ voices: kit }, {})).toBe(true);
  });

  it('play along with one that leads as long as it plays, and rest when it rests', () => {
    const { band, events } = bandJam(['answer', 'duet']);
    band.command(START, 0);
    for (let time = 1; time < 4; time += 0.5) note(band, time, 60);
    // The phrase ends, the first answers for three seconds, then nobody plays: the duet rests eight seconds after its last note.
    lookUntil(band, 4, 40, 0.05);
    const last = Math.max(...heard(events, 40)[1]!.map(({ end }) => end));
    const rested = events.findLast(
      (event) => event.type === 'phase' && event.member === 'second' && event.phase === 'waiting',
    )!;
    expect(rested.time).toBeGreaterThan(last + 7.9);
    expect(rested.time).toBeLessThan(last + 8.1);
  });

  it('two that play along do not keep each other playing', () => {
    const { band, events } = bandJam(['duet', 'duet']);
    band.command(START, 0);
    note(band, 1, 60);
    lookUntil(band, 1.3, 14, 0.05);
    expect([band.phase, band.member('second')!.phase]).toEqual(['waiting', 'waiting']);
    expect(strikes(events).length + strikes(events, 'second').length).toBeGreaterThan(10);
  });

  it('have parameters, mode and mute of their own', () => {
    const { band, events, synth } = bandJam(['solo', 'solo']);
    band.command(START, 0);
    lookUntil(band, 0, 3, 0.05);
    band.command({ type: 'mute', muted: true, member: 'second' }, 3);
    expect([...synth.sounding].some((name) => name.startsWith('2 '))).toBe(false);
    const before = strikes(events, 'second').length;
    band.command({ type: 'param', id: 'patience', value: 2, member: 'second' }, 3);
    band.command({ type: 'mode', mode: 'listen', member: 'lead' }, 3);
    lookUntil(band, 3, 8, 0.05);
    expect(strikes(events, 'second').length).toBe(before);
    expect([band.values.patience, band.member('second')!.values.patience]).toEqual([1, 2]);
    expect([band.mode, band.member('second')!.mode]).toEqual(['listen', 'solo']);
    expect(events.filter(({ type }) => type === 'mute')).toEqual([
      { type: 'mute', time: 3, muted: true, member: 'second' },
    ]);
    expect(() => band.command({ type: 'again', member: 'fourth' }, 9)).toThrow(
      expect.objectContaining({ code: 'MEMBER_UNKNOWN', message: expect.stringContaining('lead, second') }),
    );
    expect(() => band.command({ type: 'param', id: 'thru', value: true, member: 'second' }, 9)).toThrow(
      expect.objectContaining({ code: 'PARAM_UNKNOWN' }),
    );
  });

  it('have ids of their own, and are not too many', () => {
    const member = {
      ...performer(),
      mode: 'answer' as Mode,
      output: { noteOn() {}, noteOff() {}, silence() {} },
    };
    const parts = { time: 0, emit: () => {}, record: () => {} };
    const code = expect.objectContaining({ code: 'MEMBER_UNKNOWN' });
    expect(() => new Band({ ...parts, members: [] })).toThrow(code);
    expect(() => new Band({ ...parts, members: [member, { ...member, id: 'lead' }] })).toThrow(code);
    expect(() => new Band({ ...parts, members: [member, member] })).toThrow(code);
    const many = Array.from({ length: 9 }, (_, index) => ({ ...member, id: `m${index}` }));
    expect(() => new Band({ ...parts, members: many })).toThrow(code);
  });
});

describe('a member that fails', () => {
  /** Fails at its first token of a branch: each note that it hears begins one. */
  function failing(seed: number, at: number) {
    const parts = performer(seed);
    const createDraw: typeof parts.createDraw = (branch, ...rest) => {
      const draw = parts.createDraw(branch, ...rest);
      return (logits, mask) => {
        if (branch === at) throw new Error('a fault of its own');
        return draw(logits, mask);
      };
    };
    return { ...parts, createDraw };
  }

  it('goes on from its checkpoint while the others play on, and the take replays through it', () => {
    const modes: Mode[] = ['solo', 'duet'];
    for (const [fault, step] of [14, 18, 22, 27, 31].map((at, index) => [at, 0.01 + 0.07 * index] as const)) {
      const jam = bandJam(modes, { performers: [performer(7), failing(8, fault)] });
      jam.band.command(START, 0);
      for (let time = 1; time < 12; time += 0.7) {
        lookUntil(jam.band, time, time + 0.7, step);
        jam.band.input({ type: 'noteOn', time: time + 0.7, pitch: 60 + Math.floor(time), velocity: 80 });
        jam.band.input({ type: 'noteOff', time: time + 0.8, pitch: 60 + Math.floor(time) });
      }
      jam.band.command({ type: 'stop' }, 14);
      expect([...jam.synth.sounding]).toEqual([]);
      expect(jam.synth.faults).toEqual([]);
      expect(jam.records.filter(({ type }) => type === 'rejoin')).toMatchObject([{ member: 'second' }]);
      expect(jam.events.filter(({ type }) => type === 'trouble')).toMatchObject([
        { code: 'PLUGIN_FAILED', member: 'second' },
      ]);
      // The fault comes again in the replay, or does not: another machine.
      for (const second of [failing(8, fault), performer(8)]) {
        const again = replayBand([...jam.records, { type: 'end', time: 14 }], modes, {
          performers: [performer(7), second],
        });
        expect([again.same, again.differsAt]).toEqual([true, null]);
        expect(heard(again.events, 14)).toEqual(heard(jam.events, 14));
      }
    }
  });

  it('that fails again and again is left out', () => {
    const parts = performer(8);
    const broken = {
      ...parts,
      grammar: {
        ...parts.grammar,
        forbid: () => {
          throw new Error('it always fails');
        },
      },
    };
    const { band, events, records, synth } = bandJam(['solo', 'solo'], {
      performers: [performer(7), broken],
    });
    band.command(START, 0);
    lookUntil(band, 0, 5, 0.05);
    expect(records.filter(({ type }) => type === 'rejoin')).toMatchObject([{}, {}, { out: true }]);
    expect(events.filter(({ type }) => type === 'trouble').at(-1)).toMatchObject({
      message: expect.stringContaining('is left out'),
    });
    expect(strikes(events).length).toBeGreaterThan(10);
    band.command({ type: 'stop' }, 5);
    expect([...synth.sounding]).toEqual([]);
    for (const second of [broken, performer(8)]) {
      const again = replayBand([...records, { type: 'end', time: 5 }], ['solo', 'solo'], {
        performers: [performer(7), second],
      });
      expect(again.same).toBe(true);
    }
  });
});
