import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSequencer } from './addon.js';
import { hintFor } from './hints.js';

describe('checkSequencer', () => {
  it('says what to do where Linux has no sequencer', () => {
    expect(() => checkSequencer('/no/such/seq', 'linux')).toThrow(
      expect.objectContaining({
        code: 'MIDI_UNAVAILABLE',
        message: 'MIDI ports cannot be used: there is no ALSA sequencer (/no/such/seq does not exist).',
        hint: expect.stringContaining('modprobe snd-seq'),
      }),
    );
  });

  it('is content elsewhere, and with a sequencer that can be opened', () => {
    checkSequencer('/no/such/seq', 'darwin');
    checkSequencer('/no/such/seq', 'win32');
    checkSequencer('/dev/null', 'linux');
  });

  it('tells a sequencer that is for others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-'));
    const file = join(folder, 'seq');
    writeFileSync(file, '');
    // Root may open all, so the system's refusal is said for it.
    const refused = () => {
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    };
    expect(() => checkSequencer(file, 'linux')).not.toThrow();
    expect(() => checkSequencer(file, 'linux', refused)).toThrow(
      expect.objectContaining({ code: 'MIDI_UNAVAILABLE', message: expect.stringContaining('may not open') }),
    );
    rmSync(folder, { recursive: true });
  });
});

describe('hintFor', () => {
  it('knows each system, and takes others for Linux', () => {
    expect(hintFor('ports', 'linux')).toContain('qsynth');
    expect(hintFor('ports', 'darwin')).toContain('IAC Driver');
    expect(hintFor('ports', 'win32')).toContain('loopMIDI');
    expect(hintFor('ports', 'freebsd')).toBe(hintFor('ports', 'linux'));
  });
});
