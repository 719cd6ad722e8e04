import { describe, expect, it } from 'vitest';
import { composeDescriptor } from './compose-descriptor.js';

const plain = {
  piece: { one: 'verse', many: 'verses' },
  options: { lines: { param: { type: 'int', min: 1, max: 9, default: 4 } } },
  exports: { txt: { ending: 'txt', mediaType: 'text/plain', help: 'Plain text.' } },
  preview: 'text',
};
const redo = { label: 'Again', help: 'These lines anew.', takes: 'segments' };
const segment = { one: 'line', many: 'lines' };
const lilt = { param: { type: 'toggle', default: false } };
const binary = { ending: 'mid', mediaType: 'audio/midi', help: 'MIDI.', binary: true };

describe('compose of plugin.json', () => {
  it('may leave out what pieces made from nothing do not have', () => {
    expect(composeDescriptor.parse(plain)).toMatchObject({ edits: {} });
    const edits = { redo: { ...redo, leavesOut: ['lines'] } };
    expect(composeDescriptor.parse({ ...plain, edits, segment }).edits.redo!.takes).toBe('segments');
  });

  it.each([
    ['an export that is missing', { exports: {} }, 'at least one format'],
    ['a first export of bytes', { exports: { midi: binary } }, 'must not be binary'],
    ['segments without a name', { edits: { redo } }, 'they have no name'],
    ['a given edit that there is not', { givenEdit: 'redo' }, 'not among the edits'],
    ['an option of no export', { options: { lilt: { ...lilt, ofExport: 'midi' } } }, 'names no export'],
    [
      'an edit without no option',
      { edits: { redo: { ...redo, leavesOut: ['x'] } }, segment },
      'names no option',
    ],
    ['an option named as an edit', { options: { redo: lilt }, edits: { redo }, segment }, 'redo: two things'],
    [
      'an option named as an export',
      { options: { mid: lilt }, exports: { ...plain.exports, mid: binary } },
      'mid: two things',
    ],
    ['an option named as a piece', { options: { verse: lilt } }, 'verse: two things'],
    ['an option of every command', { options: { seed: lilt } }, 'seed: two things'],
  ])('refuses %s', (_, change, message) => {
    const read = composeDescriptor.safeParse({ ...plain, ...change });
    expect(read.success ? '' : read.error.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
