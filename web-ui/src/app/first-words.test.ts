import { describe, expect, it } from 'vitest';
import { MemorySession } from '../../../src/server/testing/memory-session.js';
import type { Mode } from '../../../src/session/commands.js';
import { NoteStore } from '../roll/note-store.js';
import { firstWords, modelHeard } from './first-words.js';

function seen(
  mode: Mode,
  change: { running?: boolean; firstNoteStarts?: boolean; connected?: boolean; notes?: number },
) {
  const store = new NoteStore();
  for (let id = 0; id < (change.notes ?? 0); id++)
    store.fold({ type: 'noteOn', id, voice: 'player', time: id, pitch: 60, velocity: 80 });
  const description = { ...new MemorySession().describe(), mode };
  return { connected: true, running: false, firstNoteStarts: false, ...change, description, store };
}

describe('the first words', () => {
  it('say how to begin, and stay beside the first notes until the answer comes', () => {
    expect(firstWords(seen('answer', { firstNoteStarts: true }))).toEqual({
      words: 'Play: keys A\u00a0to\u00a0K, a MIDI keyboard, or tap below. When you pause, the model answers.',
      beside: false,
    });
    expect(firstWords(seen('answer', { running: true, notes: 2 }))).toEqual({
      words: 'When you pause, the model answers.',
      beside: true,
    });
    expect(firstWords(seen('answer', {})).words).toMatch(/^Press Start, then play: keys/);
    expect(firstWords(seen('answer', { notes: 2 })).words).toBe('Press Start, then play.');
  });

  it('promise no more than the mode does', () => {
    expect(firstWords(seen('listen', { running: true, notes: 1 })).words).toBe('');
    expect(firstWords(seen('solo', { firstNoteStarts: true })).words).toBe(
      'Press Start: the model plays alone.',
    );
    expect(firstWords(seen('solo', { running: true })).words).toBe('');
  });

  it('are silent where there is no host', () => {
    expect(firstWords(seen('answer', { connected: false })).words).toBe('');
  });

  it('have done their work when a note of the model sounds, not when it is planned', () => {
    const { store } = seen('answer', { notes: 1 });
    expect(modelHeard({ store }, 10)).toBe(false);
    store.fold({ type: 'noteOn', id: 9, voice: 'model', time: 11, pitch: 60, velocity: 80 });
    expect([modelHeard({ store }, 10.9), modelHeard({ store }, 11)]).toEqual([false, true]);
  });
});
