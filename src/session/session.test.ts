import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES, type SessionCommand } from './commands.js';
import type { SessionEvent } from './events.js';
import { replayTake } from './replay.js';
import type { Session } from './session.js';
import { survivingTokens } from './take.js';
import {
  COMMANDS,
  codec,
  jam,
  lastTime,
  type Move,
  make,
  moves,
  performer,
  phrase,
  START,
  startOf,
} from './testing/jam.js';

/** Those of a jam, and parameters that have to do with turns. */
const WITH_PARAMS: SessionCommand[] = [
  ...COMMANDS,
  { type: 'param', id: 'thru', value: true },
  { type: 'param', id: 'patience', value: 2 },
  { type: 'param', id: 'closeAfter', value: '30 s' },
  { type: 'param', id: 'closeAfter', value: 'never' },
];

/** Runs the clock in small steps. */
function run(session: Session, from: number, to: number, step = 0.01): void {
  for (let time = from; time < to; time += step) session.advance(time);
  session.advance(to);
}

/** The moves, and looks at the clock so often that every hand-over is prepared. */
function watched(session: Session, list: readonly Move[]): void {
  let from = 0;
  for (const move of list) {
    run(session, from, startOf(move));
    make(session, move);
    from = lastTime([move]);
  }
}

const modelNotes = (events: readonly SessionEvent[]) =>
  events.filter((event) => event.type === 'noteOn' && event.voice === 'model');

describe('whatever happens', () => {
  it('nothing sounds after stop, no note is begun or ended twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(WITH_PARAMS), (mode, list) => {
        const { session, synth } = jam(mode);
        session.command(START, 0);
        for (const move of list) make(session, move);
        session.command({ type: 'stop' }, lastTime(list) + 10);
        expect(synth.sounding.size).toBe(0);
        expect(synth.faults).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('what is played depends on the times of inputs and commands, not on when the clock was looked at', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(WITH_PARAMS), (mode, list) => {
        const live = jam(mode);
        live.session.command(START, 0);
        for (const move of list) make(live.session, move);
        live.session.command({ type: 'stop' }, lastTime(list) + 10);
        const replay = replayTake(live.records, { ...performer(), mode, time: 0 });
        expect(survivingTokens(replay.records, codec.startToken)).toEqual(
          survivingTokens(live.records, codec.startToken),
        );
        expect(replay.state).toEqual(live.session.state());
        expect(heard(replay.events)).toEqual(heard(live.events));
      }),
      { numRuns: 200 },
    );
  });

  it('a hand-over that was prepared gives what one gives that was not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(WITH_PARAMS), (mode, list) => {
        const [prepared, surprised] = [jam(mode), jam(mode)];
        for (const { session } of [prepared, surprised]) session.command(START, 0);
        watched(prepared.session, list);
        for (const move of list) make(surprised.session, move);
        for (const { session } of [prepared, surprised])
          session.command({ type: 'stop' }, lastTime(list) + 10);
        expect(survivingTokens(prepared.records, codec.startToken)).toEqual(
          survivingTokens(surprised.records, codec.startToken),
        );
        expect(prepared.session.state()).toEqual(surprised.session.state());
        expect(heard(prepared.events)).toEqual(heard(surprised.events));
      }),
      { numRuns: 100 },
    );
  });

  it('the state is what feeding the surviving tokens gives, to the bit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(WITH_PARAMS), (mode, list) => {
        const { session, records } = jam(mode);
        session.command(START, 0);
        for (const move of list) make(session, move);
        const { engine } = performer();
        const state = engine.createState();
        for (const token of survivingTokens(records, codec.startToken)) engine.step([state], [token]);
        expect(state.snapshot()).toEqual(session.state());
      }),
      { numRuns: 200 },
    );
  });
});

it('is silent while it is muted, listens on, and plays again when it is unmuted', () => {
  const { session, synth, events, records } = jam('answer');
  session.command(START, 0);
  let end = phrase(session, 1, [60, 64, 67]);
  for (let now = end; now < end + 1.6; now += 0.05) session.advance(now);
  expect(session.phase).toBe('playing');
  session.command({ type: 'mute', muted: true }, end + 1.6);
  expect([session.phase, synth.sounding.size]).toEqual(['waiting', 0]);
  const before = events.length;
  const fed = records.length;
  end = phrase(session, end + 2, [62, 65, 69]);
  for (let now = end; now < end + 6; now += 0.05) session.advance(now);
  const since = events.slice(before);
  expect(since.some((event) => event.type === 'noteOn' && event.voice === 'model')).toBe(false);
  expect(records.slice(fed).some(({ type }) => type === 'fed')).toBe(true);
  expect(since.some((event) => event.type === 'phase' && event.held)).toBe(false);
  session.command({ type: 'mute', muted: false }, end + 6);
  end = phrase(session, end + 7, [62, 65, 69]);
  for (let now = end; now < end + 2; now += 0.05) session.advance(now);
  expect(session.phase).toBe('playing');
  expect(synth.faults).toEqual([]);
});

it('has no members: a command for one is refused', () => {
  const { session, records } = jam('answer');
  const command = { type: 'mute', muted: true, member: 'drums' } as const;
  expect(() => session.command(command, 1)).toThrow(expect.objectContaining({ code: 'MEMBER_UNKNOWN' }));
  expect(records).toEqual([]);
});

/** Begun and ended notes that were not discarded, in order of time: what a listener hears. */
function heard(events: readonly SessionEvent[]): string[] {
  const notes = new Map<number, string>();
  for (const event of events) {
    if (event.type === 'noteOn')
      notes.set(event.id, `${event.time} ${event.voice} ${event.pitch} ${event.velocity}`);
    if (event.type === 'discard') {
      for (const [id, note] of notes)
        if (note.includes('model') && Number.parseFloat(note) > event.time) notes.delete(id);
    }
  }
  return [...notes.values()].sort();
}

describe('a pause, in which nothing ran', () => {
  for (const mode of ['answer', 'continue', 'duet'] as const) {
    it(`ends a turn in ${mode}: nothing is caught up, and the next phrase is heard`, () => {
      const { session, events, records, synth } = jam(mode);
      session.command(START, 0);
      const end = phrase(session, 1, [60, 62, 64, 65, 67, 69, 71, 72]);
      run(session, end, end + 1.5);
      expect(session.phase).toBe(mode === 'duet' ? 'together' : 'playing');
      const [drawn, begun] = [records.length, modelNotes(events).length];
      expect(session.pause(600)).toBe(true);
      expect(session.phase).toBe('waiting');
      expect(synth.sounding.size).toBe(0);
      expect(modelNotes(events)).toHaveLength(begun);
      expect(records.slice(drawn).map(({ type }) => type)).not.toContain('sampled');
      expect(records.filter(({ type }) => type === 'pause')).toEqual([
        { type: 'pause', time: end + 1.5, until: 600 },
      ]);
      phrase(session, 600, [60]);
      expect(session.phase).toBe(mode === 'duet' ? 'together' : 'listening');
    });
  }

  it('ends a phrase, which is not answered any more', () => {
    const { session, events } = jam('answer');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62, 64]);
    run(session, end, end + 0.1);
    expect(session.pause(end + 3)).toBe(true);
    run(session, end + 3, end + 10);
    expect(session.phase).toBe('waiting');
    expect(modelNotes(events)).toEqual([]);
  });

  it('begins a solo anew', () => {
    const { session, events } = jam('solo');
    session.command(START, 0);
    run(session, 0, 3);
    session.pause(600);
    expect(session.phase).toBe('playing');
    run(session, 600, 602);
    const times = modelNotes(events).map(({ time }) => time);
    expect(times.filter((time) => time > 3.5 && time < 599.9)).toEqual([]);
    expect(times.at(-1)).toBeGreaterThan(600);
  });

  it('while nobody plays, or while it is stopped, is nothing to speak of', () => {
    const { session } = jam('answer');
    expect(session.pause(10)).toBe(false);
    session.command(START, 11);
    expect(session.pause(600)).toBe(false);
  });
});

describe('held, since a tune is played to the player', () => {
  it.each(MODES)('the model ends its turn and begins none, and then goes on as it is wont to: %s', (mode) => {
    const { session, events, synth, records } = jam(mode);
    session.command(START, 0);
    run(session, phrase(session, 1, [60, 62, 64]), 4);
    session.hold(true, 4);
    expect([session.phase, synth.sounding.size]).toEqual(['waiting', 0]);
    expect(events.at(-1)).toEqual({ type: 'phase', time: 4, phase: 'waiting', held: true });
    const before = modelNotes(events).length;
    run(session, phrase(session, 5, [60, 62, 64]), 20);
    session.command({ type: 'again' }, 20);
    run(session, 20, 25);
    expect([session.phase, modelNotes(events).length]).toEqual(['waiting', before]);
    session.hold(false, 25);
    if (mode !== 'solo') phrase(session, 26, [60, 62, 64]);
    run(session, 28, 31);
    expect(modelNotes(events).length > before).toBe(mode !== 'listen');
    const replay = replayTake(records, { ...performer(), mode, time: 0 });
    expect(survivingTokens(replay.records, codec.startToken)).toEqual(
      survivingTokens(records, codec.startToken),
    );
  });
});

describe('answer', () => {
  it('answers when the player rests, for about as long as the phrase was, and then gives the turn back', () => {
    const { session, events, synth } = jam('answer');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79]);
    expect(session.phase).toBe('listening');
    run(session, end, end + 0.3);
    expect(modelNotes(events)).toEqual([]);
    run(session, end + 0.3, end + 1.2);
    expect(session.phase).toBe('playing');
    expect(modelNotes(events).length).toBeGreaterThan(0);
    run(session, end + 1.2, end + 10);
    expect(session.phase).toBe('waiting');
    expect(synth.sounding.size).toBe(0);
    const last = Math.max(...modelNotes(events).map(({ time }) => time));
    expect(last - end).toBeLessThan(5);
  });

  it('says when it will take over', () => {
    const { session, events } = jam('answer');
    session.command(START, 0);
    session.input({ type: 'noteOn', time: 1, pitch: 60, velocity: 80 });
    const phase = events.findLast((event) => event.type === 'phase');
    expect(phase).toMatchObject({ phase: 'listening' });
    expect((phase as { takeOverAt: number }).takeOverAt).toBeGreaterThan(1);
  });

  it('has worked out how it begins when it takes over', () => {
    const { session, engine, events } = jam('answer');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 64, 67, 72]);
    session.advance(end);
    const takeOver = events.findLast((event) => event.type === 'phase')?.takeOverAt ?? 0;
    expect(takeOver).toBeGreaterThan(end);
    run(session, end, takeOver - 0.06);
    const waiting = engine.steps;
    run(session, takeOver - 0.05, takeOver - 1e-6, 0.001);
    const prepared = engine.steps;
    expect(prepared).toBeGreaterThan(waiting);
    expect(modelNotes(events)).toEqual([]);
    session.advance(takeOver);
    expect(session.phase).toBe('playing');
    expect(engine.steps).toBe(prepared);
  });

  it('is silent at once when the player barges in, and keeps to what sounded', () => {
    const { session, events, synth } = jam('answer');
    session.command(START, 0);
    const end = phrase(
      session,
      1,
      Array.from({ length: 40 }, (_, index) => 50 + index),
    );
    run(session, end, end + 4);
    expect(session.phase).toBe('playing');
    session.input({ type: 'noteOn', time: end + 4, pitch: 40, velocity: 90 });
    expect(session.phase).toBe('listening');
    expect(synth.sounding.size).toBe(0);
    const discard = events.findLast((event) => event.type === 'discard');
    expect(discard).toMatchObject({ time: end + 4 });
  });

  it('steps once for each token fed or sampled, over ten turns', () => {
    const { session, records, engine } = jam('answer');
    session.command(START, 0);
    let time = 1;
    for (let turn = 0; turn < 10; turn++) {
      const end = phrase(session, time, [60, 64, 67, 72]);
      run(session, end, end + 8);
      time = end + 8;
    }
    const tokens = records.flatMap((record) =>
      record.type === 'fed' || record.type === 'sampled' ? record.tokens : [],
    );
    expect(records.filter(({ type }) => type === 'sampled').length).toBeGreaterThan(10);
    expect(engine.steps).toBe(1 + tokens.length);
  });
});

describe('take back and again', () => {
  it('take back restores the state from before the last phrase, to the bit', () => {
    const { session } = jam('answer');
    session.command(START, 0);
    const first = phrase(session, 1, [60, 62, 64]);
    run(session, first, first + 8);
    const before = session.state();
    const second = phrase(session, first + 8, [72, 71, 69]);
    run(session, second, second + 2);
    expect(session.state()).not.toEqual(before);
    session.command({ type: 'takeBack' }, second + 2);
    expect(session.phase).toBe('waiting');
    expect(session.state()).toEqual(before);
  });

  it('again gives another reply from the same state', () => {
    const { session, events } = jam('answer');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62, 64, 65]);
    run(session, end, end + 8);
    const first = modelNotes(events);
    session.command({ type: 'again' }, end + 8);
    run(session, end + 8, end + 16);
    const second = modelNotes(events).slice(first.length);
    expect(second.length).toBeGreaterThan(0);
    expect(second.map((event) => 'pitch' in event && event.pitch)).not.toEqual(
      first.map((event) => 'pitch' in event && event.pitch),
    );
  });
});

describe('the other modes', () => {
  it('continue plays on until the player plays', () => {
    const { session } = jam('continue');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62, 64]);
    run(session, end, end + 60, 0.1);
    expect(session.phase).toBe('playing');
    session.input({ type: 'noteOn', time: end + 60, pitch: 60, velocity: 80 });
    expect(session.phase).toBe('listening');
  });

  it('continue closes by itself where nobody plays: nothing begins any more, what sounds rings out', () => {
    const { session, events, synth } = jam('continue');
    session.command(START, 0);
    session.command({ type: 'param', id: 'closeAfter', value: '30 s' }, 0);
    const end = phrase(session, 1, [60, 62, 64]);
    run(session, end, end + 60, 0.1);
    expect(session.phase).toBe('waiting');
    expect(synth.sounding.size).toBe(0);
    const last = modelNotes(events).at(-1)!;
    const over = events.findLast((event) => event.type === 'phase')!;
    expect(last.time).toBeGreaterThan(end + 25);
    expect(last.time).toBeLessThan(end + 60);
    expect(over.time - last.time).toBeGreaterThanOrEqual(0.2);
    expect(over.time - last.time).toBeLessThan(10);
    expect(synth.faults).toEqual([]);
    // The player's turn: the next phrase is gone on from again.
    const next = phrase(session, end + 60, [60, 62, 64]);
    run(session, next, next + 5, 0.1);
    expect(session.phase).toBe('playing');
  });

  it('continue plays on where it is never to close, and closes soon where that is taken back', () => {
    const { session } = jam('continue');
    session.command(START, 0);
    session.command({ type: 'param', id: 'closeAfter', value: 'never' }, 0);
    const end = phrase(session, 1, [60, 62, 64]);
    run(session, end, end + 300, 0.1);
    expect(session.phase).toBe('playing');
    session.command({ type: 'param', id: 'closeAfter', value: '1 min' }, end + 300);
    expect(session.phase).toBe('playing');
    run(session, end + 300, end + 330, 0.1);
    expect(session.phase).toBe('waiting');
  });

  it('solo does not close, nor does continue as in old takes', () => {
    const [solo, old] = [jam('solo'), jam('continue', { closesByItself: false })];
    for (const { session } of [solo, old]) {
      session.command(START, 0);
      session.command({ type: 'param', id: 'closeAfter', value: '30 s' }, 0);
      phrase(session, 1, [60, 62, 64]);
      run(session, 3, 100, 0.1);
      expect(session.phase).toBe('playing');
    }
  });

  it('duet plays along, and rests when the player has rested', () => {
    const { session, events } = jam('duet');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62, 64, 65, 67]);
    expect(session.phase).toBe('together');
    run(session, end, end + 4);
    expect(modelNotes(events).length).toBeGreaterThan(0);
    run(session, end + 4, end + 12);
    expect(session.phase).toBe('waiting');
  });

  it('duet plays on beside a chord that is held, and rests when it has been let go, or after a minute', () => {
    for (const rule of [true, false]) {
      const { session } = jam('duet', { holdsDuets: rule });
      session.command(START, 0);
      for (const pitch of [60, 64]) session.input({ type: 'noteOn', time: 1, pitch, velocity: 80 });
      run(session, 1, 20);
      expect(session.phase).toBe(rule ? 'together' : 'waiting');
      session.input({ type: 'noteOff', time: 20, pitch: 64 });
      run(session, 20, 30);
      expect(session.phase).toBe(rule ? 'together' : 'waiting');
      session.input({ type: 'noteOff', time: 30, pitch: 60 });
      run(session, 30, 37.9);
      expect(session.phase).toBe(rule ? 'together' : 'waiting');
      run(session, 37.9, 38.2);
      expect(session.phase).toBe('waiting');
    }
    const { session } = jam('duet');
    session.command(START, 0);
    session.input({ type: 'noteOn', time: 1, pitch: 60, velocity: 80 });
    run(session, 1, 60.9, 0.5);
    expect(session.phase).toBe('together');
    run(session, 60.9, 61.5);
    expect(session.phase).toBe('waiting');
  });

  it('duet rests with the same music, whether or not anybody looked at the clock meanwhile', () => {
    const [watched, unwatched] = [jam('duet'), jam('duet')];
    for (const { session } of [watched, unwatched]) {
      session.command(START, 0);
      phrase(session, 1, [60, 64, 67]);
    }
    run(watched.session, 2, 20);
    for (const { session } of [watched, unwatched]) session.command({ type: 'stop' }, 20);
    const [tokens, others] = [watched, unwatched].map(({ records }) =>
      survivingTokens(records, codec.startToken),
    );
    expect(others).toEqual(tokens);
    expect(unwatched.session.state()).toEqual(watched.session.state());
  });

  it('solo needs nobody, and does not listen', () => {
    const { session, events, records } = jam('solo');
    session.command(START, 0);
    run(session, 0, 5);
    expect(modelNotes(events).length).toBeGreaterThan(0);
    const fed = records.filter(({ type }) => type === 'fed').length;
    phrase(session, 5, [60, 62]);
    expect(records.filter(({ type }) => type === 'fed').length).toBe(fed);
    expect(session.phase).toBe('playing');
  });

  it.each<SessionCommand>([{ type: 'allOff' }, { type: 'takeBack' }, { type: 'reset' }])(
    'solo goes on by itself, a breath after $type, and at once when it is started',
    (command) => {
      const { session, events, synth } = jam('solo');
      session.command(START, 0);
      run(session, 0, 5);
      session.command(command, 5);
      expect(synth.sounding.size).toBe(0);
      expect(events.at(-1)).toEqual({ type: 'phase', time: 5, phase: 'waiting', takeOverAt: 7 });
      const before = modelNotes(events).length;
      run(session, 5, 6.99);
      expect(modelNotes(events).length).toBe(before);
      expect(session.advance(6.99)).toBe(7);
      run(session, 7, 12);
      expect(session.phase).toBe('playing');
      expect(modelNotes(events).length).toBeGreaterThan(before);

      session.command(command, 12);
      session.command(START, 12.5);
      expect(session.phase).toBe('playing');
    },
  );

  it('as in old takes, the model alone does not go on by itself, nor is it set going but after a stop', () => {
    const { session, events } = jam('solo', { resumesSolo: false });
    session.command(START, 0);
    run(session, 0, 5);
    session.command({ type: 'allOff' }, 5);
    expect(events.at(-1)).toEqual({ type: 'phase', time: 5, phase: 'waiting' });
    session.command(START, 6);
    expect(session.advance(20)).toBeNull();
    expect(session.phase).toBe('waiting');
    session.command({ type: 'stop' }, 20);
    session.command(START, 20);
    expect(session.phase).toBe('playing');
  });

  it('silenced in another mode, or in solo before that mode, it is the turn of the player', () => {
    const { session, events } = jam('solo');
    session.command(START, 0);
    run(session, 0, 3);
    session.command({ type: 'allOff' }, 3);
    session.command({ type: 'mode', mode: 'continue' }, 4);
    session.command({ type: 'allOff' }, 5);
    const before = modelNotes(events).length;
    run(session, 5, 20);
    expect(session.phase).toBe('waiting');
    expect(modelNotes(events).length).toBe(before);
    session.command({ type: 'mode', mode: 'solo' }, 20);
    session.command({ type: 'allOff' }, 21);
    session.command({ type: 'stop' }, 22);
    run(session, 22, 40);
    expect(session.phase).toBe('stopped');
  });

  it('listen only listens', () => {
    const { session, events, records } = jam('listen');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62, 64]);
    run(session, end, end + 5);
    expect(modelNotes(events)).toEqual([]);
    expect(records.some(({ type }) => type === 'fed')).toBe(true);
  });
});

describe('commands', () => {
  it('refuse what there is not, and change nothing', () => {
    const { session } = jam('answer');
    expect(() => session.command({ type: 'param', id: 'volume', value: 1 }, 0)).toThrowError(
      expect.objectContaining({ code: 'PARAM_UNKNOWN' }),
    );
    expect(() => session.command({ type: 'param', id: 'patience', value: 99 }, 0)).toThrowError(
      expect.objectContaining({ code: 'PARAM_VALUE' }),
    );
    expect(() => session.command({ type: 'mode', mode: 'battle' as 'duet' }, 0)).toThrowError(
      expect.objectContaining({ code: 'MODE_UNKNOWN' }),
    );
    expect(session.values.patience).toBe(1);
  });
});
