import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';

/** The compose descriptor of a test plugin: each kind of option, export and edit once. */
export const SONGS: ComposeDescriptor = {
  piece: { one: 'song', many: 'songs' },
  segment: { one: 'verse', many: 'verses' },
  preview: 'abc',
  options: {
    mood: {
      param: { type: 'choice', label: 'Mood', help: 'How it feels.', choices: ['gay', 'sad'], default: null },
      several: true,
      placeholder: 'any',
    },
    words: { param: { type: 'text', label: 'Words', maxLength: 16, default: 'la' } },
    verses: { param: { type: 'int', label: 'Verses', min: 1, max: 9, default: 3 } },
    lowest: { param: { type: 'pitch', label: 'Lowest note', min: 40, max: 60, default: 48 } },
    daring: {
      param: {
        type: 'float',
        label: 'Daring',
        role: 'temperature',
        min: 0.1,
        max: 2,
        step: 0.05,
        default: 1,
      },
      shown: 'folded',
    },
    round: { param: { type: 'toggle', label: 'Round', default: false }, shown: 'folded' },
    takes: { param: { type: 'int', label: 'Takes', min: 1, max: 99, default: 8 }, shown: 'flag' },
    swing: {
      param: { type: 'float', label: 'Swing', min: 0, max: 1, default: 0.5 },
      shown: 'folded',
      ofExport: 'midi',
    },
  },
  exports: {
    abc: { ending: 'abc', mediaType: 'text/vnd.abc', help: 'ABC.' },
    midi: { ending: 'mid', mediaType: 'audio/midi', help: 'A MIDI file.', binary: true },
  },
  edits: {
    redo: { label: 'Other words', help: 'New words there.', takes: 'segments', leavesOut: ['mood'] },
    shuffle: { label: 'Shuffle', help: 'Another order.', takes: 'nothing' },
    goOn: { label: 'Sing on', help: 'What follows.', takes: 'place' },
  },
  givenEdit: 'goOn',
};
