import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Note } from '../music/note.js';
import { MODES, type Mode, type SessionCommand } from './commands.js';
import { keptPhrases } from './kept-phrases.js';
import { jam, lastTime, type Move, make, moves, phrase } from './testing/jam.js';

const START: SessionCommand = { type: 'start' };
const pitches = (phrases: readonly (readonly Note[])[]) =>
  phrases.map((notes) => notes.map(({ pitch }) => pitch));

/** A session in which the player plays `first`, rests for ten seconds, does `command`, and plays `second`. */
function played(mode: Mode, first: readonly number[], second: readonly number[], command?: SessionCommand) {
  const { session, records } = jam(mode);
  session.command(START, 0);
  const end = phrase(session, 1, first);
  session.advance(end + 10);
  if (command) session.command(command, end + 10);
  session.advance(phrase(session, end + 11, second) + 10);
  return { records, end };
}

/** No two things at once: which of them was taken back would be a question of words. */
function later(move: Move, index: number): Move {
  const by = 0.02 * (index + 1);
  if ('event' in move) return { event: { ...move.event, time: move.event.time + by } };
  return 'time' in move ? { ...move, time: move.time + by } : { advance: move.advance + by };
}

describe('what is kept of a take', () => {
  it('is the player’s phrases alone, apart where the network answered', () => {
    const { records } = played('answer', [60, 62, 64], [72, 71]);
    const phrases = keptPhrases(records, 'answer');
    expect(pitches(phrases)).toEqual([
      [60, 62, 64],
      [72, 71],
    ]);
    for (const [first] of phrases) expect(first!.start).toBe(0);
    expect(phrases[0]![1]).toEqual({ pitch: 62, velocity: 80, start: 0.25, end: expect.closeTo(0.475) });
  });

  it('is one phrase where the player plays on in a duet, or is listened to with short rests', () => {
    for (const mode of ['duet', 'listen'] as const) {
      const { session, records } = jam(mode);
      session.command(START, 0);
      const end = phrase(session, 1, [60, 62, 64, 65]);
      session.advance(phrase(session, end + 3, [72, 71]) + 1);
      const phrases = keptPhrases(records, mode);
      expect(pitches(phrases)).toEqual([[60, 62, 64, 65, 72, 71]]);
      // Three seconds of rest are one, as the network hears them.
      expect(phrases[0]![4]!.start).toBeCloseTo(0.975 + 1);
    }
  });

  it('begins a new phrase after a long rest, and where the mode changes', () => {
    expect(pitches(keptPhrases(played('listen', [60, 62], [72]).records, 'listen'))).toEqual([
      [60, 62],
      [72],
    ]);
    const { session, records } = jam('listen');
    session.command(START, 0);
    const end = phrase(session, 1, [60, 62]);
    session.command({ type: 'mode', mode: 'duet' }, end + 0.1);
    phrase(session, end + 0.2, [72]);
    expect(pitches(keptPhrases(records, 'listen'))).toEqual([[60, 62], [72]]);
  });

  it('leaves out what was taken back, but not what another answer was asked for', () => {
    const back = played('answer', [60, 62, 64], [72, 71], { type: 'takeBack' });
    expect(pitches(keptPhrases(back.records, 'answer'))).toEqual([[72, 71]]);
    const again = played('answer', [60, 62, 64], [72, 71], { type: 'again' });
    expect(pitches(keptPhrases(again.records, 'answer'))).toEqual([
      [60, 62, 64],
      [72, 71],
    ]);
    const reset = played('answer', [60, 62, 64], [72, 71], { type: 'reset' });
    expect(pitches(keptPhrases(reset.records, 'answer'))).toHaveLength(2);
  });

  it('lets the pedal hold notes, and nothing ring far into the answer', () => {
    const { session, records } = jam('answer');
    session.command(START, 0);
    session.input({ type: 'pedal', time: 1, down: true });
    session.input({ type: 'noteOn', time: 1, pitch: 60, velocity: 80 });
    session.input({ type: 'noteOff', time: 1.2, pitch: 60 });
    session.input({ type: 'noteOn', time: 1.5, pitch: 64, velocity: 80 });
    session.advance(20);
    session.input({ type: 'noteOff', time: 20, pitch: 64 });
    session.input({ type: 'pedal', time: 20, down: false });
    expect(keptPhrases(records, 'answer')).toEqual([
      [
        { pitch: 60, velocity: 80, start: 0, end: 1.5 },
        { pitch: 64, velocity: 80, start: 0.5, end: 1.5 },
      ],
    ]);
  });

  it('is what the session says is still part of the music, whatever happens', () => {
    const heard = MODES.filter((mode) => mode !== 'solo');
    const commands: SessionCommand[] = [
      START,
      { type: 'stop' },
      { type: 'takeBack' },
      { type: 'takeBack' },
      { type: 'again' },
      { type: 'reset' },
      ...heard.map((mode) => ({ type: 'mode', mode }) as const),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...heard), moves(commands), (mode, list) => {
        const { session, records, events } = jam(mode);
        session.command(START, 0);
        // A reply begins up to a step before its time: a note that is struck just then may count as before it.
        const margins = [0, 0.015];
        let onsets = margins.map((): number[] => []);
        for (const move of list.map(later)) {
          const before = events.length;
          make(session, move);
          const what = 'command' in move ? move.command.type : null;
          for (const event of events.slice(before)) {
            if (event.type === 'noteOn' && event.voice === 'player')
              for (const all of onsets) all.push(event.time);
            if (event.type !== 'takenBack' || what === 'reset') continue;
            onsets = margins.map((margin, i) =>
              onsets[i]!.filter((time) => time < event.time + (what === 'again' ? margin : 0)),
            );
          }
        }
        session.advance(lastTime(list) + 2);
        const kept = keptPhrases(records, mode).flat().length;
        expect(kept).toBeGreaterThanOrEqual(onsets[0]!.length);
        expect(kept).toBeLessThanOrEqual(onsets[1]!.length);
      }),
    );
  });
});
