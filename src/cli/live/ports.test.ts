import { describe, expect, it } from 'vitest';
import { report } from './ports.js';

describe('report', () => {
  it('lists inputs, then outputs', () => {
    expect(report({ inputs: ['Keys'], outputs: ['Keys', 'Synth'], unavailable: null })).toBe(
      [
        'in   Keys',
        'out  Keys',
        'out  Synth',
        '',
        'A part of a name that only one port has is enough: continuo jam --in PART --out PART',
        '',
      ].join('\n'),
    );
  });

  it('says why there are none, what to do, and that the panel plays without', () => {
    const unavailable = { message: 'There is no sequencer.', hint: 'Load it.' };
    expect(report({ inputs: [], outputs: [], unavailable })).toBe(
      'There is no sequencer.\nLoad it.\nThe browser panel (continuo start) plays without MIDI ports.\n',
    );
    const none = report({ inputs: [], outputs: [], unavailable: null }, 'win32');
    expect(none).toContain('There are no MIDI ports.');
    expect(none).toContain('loopMIDI');
  });
});
