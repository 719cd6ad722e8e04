import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../src/session/events.js';
import type { HeardNote, SessionInstrument, SoundNote } from './sounds.js';
import { Sounds } from './sounds.js';

/** An instrument that records its calls; `end` is undefined while a note has no end. */
class Paper implements SessionInstrument {
  readonly notes: {
    voice: string;
    pitch: number;
    at: number;
    end: number | undefined;
    cancelled: boolean;
  }[] = [];

  noteOn({ voice, pitch, timbre }: SoundNote, at: number): HeardNote {
    this.timbres.push(timbre);
    const note = { voice, pitch, at, end: undefined as number | undefined, cancelled: false };
    this.notes.push(note);
    return {
      release: (time) => {
        note.end = time;
      },
      hold: () => {
        note.end = undefined;
      },
      cancel: () => {
        note.cancelled = true;
      },
    };
  }

  readonly timbres: SoundNote['timbre'][] = [];
  readonly clicks: { accent: boolean; at: number; cancelled: boolean }[] = [];

  click(accent: boolean, at: number): Pick<HeardNote, 'cancel'> {
    const click = { accent, at, cancelled: false };
    this.clicks.push(click);
    return {
      cancel: () => {
        click.cancelled = true;
      },
    };
  }

  silence(): void {
    for (const note of [...this.notes, ...this.clicks]) note.cancelled = true;
  }

  get written() {
    return this.notes.map(({ pitch, at, end, cancelled }) => [pitch, at, cancelled ? 'cancelled' : end]);
  }
}

const on = (id: number, time: number, pitch = 60, voice: 'player' | 'model' = 'model'): SessionEvent => ({
  type: 'noteOn',
  id,
  voice,
  time,
  pitch,
  velocity: 80,
});
const off = (id: number, time: number): SessionEvent => ({ type: 'noteOff', id, time });

function heard(now: number, ...events: SessionEvent[]) {
  const paper = new Paper();
  const sounds = new Sounds(paper);
  for (const event of events) sounds.fold(event, now);
  return { paper, sounds };
}

describe('Sounds', () => {
  it('plays the model at its time, ahead or a little late, but not what is long over', () => {
    const { paper } = heard(10, on(1, 11), off(1, 12), on(2, 9.9, 62), on(3, 5, 64), off(3, 6));
    expect(paper.written).toEqual([
      [60, 11, 12],
      [62, 9.9, undefined],
    ]);
  });

  it('plays what is played here at once, and its echo not again', () => {
    const { paper, sounds } = heard(0);
    sounds.played({ type: 'noteOn', pitch: 60, velocity: 80 }, 1);
    sounds.fold(on(1, 1, 60, 'player'), 1.01);
    sounds.played({ type: 'noteOff', pitch: 60 }, 1.5);
    sounds.fold(off(1, 1.5), 1.51);
    expect(paper.written).toEqual([[60, 1, 1.5]]);
  });

  it('plays a keyboard at the host only when asked, and even then no echo twice', () => {
    const { paper, sounds } = heard(0, on(1, 0, 60, 'player'));
    expect(paper.written).toEqual([]);
    sounds.hearKeyboard = true;
    sounds.fold(on(2, 0, 62, 'player'), 0);
    sounds.played({ type: 'noteOn', pitch: 64, velocity: 80 }, 0);
    sounds.fold(on(3, 0, 64, 'player'), 0);
    expect(paper.written.map(([pitch]) => pitch)).toEqual([62, 64]);
  });

  it('takes back what is discarded, and lets the end of a sounding note be decided anew', () => {
    const { paper, sounds } = heard(1, on(1, 0.9), off(1, 3), on(2, 2.5, 62), off(2, 3), {
      type: 'discard',
      time: 1,
    });
    expect(paper.written).toEqual([
      [60, 0.9, undefined],
      [62, 2.5, 'cancelled'],
    ]);
    sounds.fold(off(1, 1.2), 1);
    expect(paper.written[0]).toEqual([60, 0.9, 1.2]);
  });

  it('clicks with the metronome, and not after the session has stopped', () => {
    const { paper, sounds } = heard(
      10,
      { type: 'click', time: 5, accent: true },
      { type: 'click', time: 10.1, accent: false },
    );
    expect(paper.clicks).toEqual([{ accent: false, at: 10.1, cancelled: false }]);
    sounds.fold({ type: 'phase', time: 10.05, phase: 'stopped' }, 10.05);
    expect(paper.clicks[0]!.cancelled).toBe(true);
  });

  it('ends what is taken back, now', () => {
    const { paper } = heard(5, on(1, 4.8), on(2, 6, 62), { type: 'takenBack', time: 3 });
    expect(paper.written).toEqual([
      [60, 4.8, 5],
      [62, 6, 'cancelled'],
    ]);
  });

  it('holds notes under the pedal until it comes up', () => {
    const { paper, sounds } = heard(0);
    sounds.played({ type: 'pedal', down: true }, 0);
    sounds.played({ type: 'noteOn', pitch: 60, velocity: 80 }, 1);
    sounds.played({ type: 'noteOff', pitch: 60 }, 2);
    expect(paper.written).toEqual([[60, 1, undefined]]);
    sounds.played({ type: 'pedal', down: false }, 3);
    expect(paper.written).toEqual([[60, 1, 3]]);
  });

  it('leaves nothing sounding after all off, whatever came before', () => {
    const time = fc.double({ min: 0, max: 10, noNaN: true });
    const id = fc.integer({ min: 0, max: 5 });
    const pitch = fc.integer({ min: 60, max: 62 });
    const voice = fc.constantFrom('player' as const, 'model' as const);
    const event = fc.oneof(
      fc.record({ type: fc.constant('noteOn' as const), id, voice, time, pitch, velocity: fc.constant(80) }),
      fc.record({ type: fc.constant('noteOff' as const), id, time }),
      fc.record({ type: fc.constant('pedal' as const), voice, time, down: fc.boolean() }),
      fc.record({ type: fc.constant('discard' as const), time }),
      fc.record({ type: fc.constant('takenBack' as const), time }),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { paper, sounds } = heard(5, ...events);
        sounds.played({ type: 'noteOn', pitch: 61, velocity: 80 }, 5);
        sounds.fold({ type: 'allOff', time: 5 }, 5);
        expect(paper.notes.every(({ cancelled }) => cancelled)).toBe(true);
      }),
    );
  });
});
