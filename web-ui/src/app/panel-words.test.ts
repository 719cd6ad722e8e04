import { describe, expect, it } from 'vitest';
import { hintFor } from '../../../src/midi/hints.js';
import { noPortsInWords, panelWords, troubleInWords } from './panel-words.js';

const FIELDS = new Map([
  ['key', 'Key'],
  ['best-of', 'Best of'],
  ['redo', 'Bars'],
]);

describe('the words of the panel', () => {
  it.each([
    ['Give --key.', 'Give “Key”.'],
    ['Leave out --best-of, or ask for another type.', 'Leave out “Best of”, or ask for another type.'],
    ['Name bars with --redo.', 'Name bars with “Bars”.'],
    ['Raise it, or leave out --key. Or allow more with --most N.', 'Raise it, or leave out “Key”.'],
    ['Choose another port with --port, or --port 0 for any that is free.', ''],
    [
      'Correct the bar (continuo abc check FILE finds such bars), or keep it.',
      'Correct the bar, or keep it.',
    ],
    [
      'Plug in a MIDI device or start a synth; `continuo doctor` says what is missing.',
      'Plug in a MIDI device or start a synth.',
    ],
    ['npx continuo ports lists them.', ''],
    [
      'There is room for no take in /home/me (a full disk). Give another folder with --takes.',
      'There is room for no take in /home/me (a full disk).',
    ],
    [
      'Bars 3-4 of "A -- B" are kept; C-D is well-known.',
      'Bars 3-4 of "A -- B" are kept; C-D is well-known.',
    ],
    ['Continuo plays on.', 'Continuo plays on.'],
  ])('%s', (said, here) => {
    expect(panelWords(said, FIELDS)).toBe(here);
  });

  it('say what helps here in place of what does not', () => {
    const trouble = { code: 'PORT_NOT_FOUND', message: 'There is no MIDI input named "Keys".' };
    expect(troubleInWords({ ...trouble, hint: 'npx continuo ports lists them.' })).toBe(
      'There is no MIDI input named "Keys". Plug it in, then choose it from the list.',
    );
    expect(troubleInWords(trouble)).toBe(trouble.message);
    expect(troubleInWords({ ...trouble, hint: 'Plug it in again.' })).toBe(
      `${trouble.message} Plug it in again.`,
    );
    expect(troubleInWords({ code: 'FILE_WRITE', message: 'Run `df`.' })).toBe(
      'The host refused it (FILE_WRITE).',
    );
  });

  it.each(['linux', 'darwin', 'win32'] as const)(
    'have no terminal in them where %s has no MIDI',
    (platform) => {
      for (const topic of ['library', 'sequencer', 'permission', 'ports', 'virtual'] as const) {
        const words = noPortsInWords(`MIDI ports cannot be used here. ${hintFor(topic, platform)}`);
        expect(words).toMatch(/^MIDI ports cannot be used here\. /);
        expect(words).not.toMatch(/`|sudo|--|npx|npm/);
      }
    },
  );
});
