import { describe, expect, it } from 'vitest';
import { report } from './doctor.js';

describe('report', () => {
  it('aligns what was found, with what to do below it', () => {
    expect(
      report([
        { name: 'Node.js', status: 'ok', found: '22.11.0', hint: null },
        { name: 'MIDI inputs', status: 'optional', found: 'none', hint: 'Plug one in.' },
      ]),
    ).toBe(
      [
        'ok        Node.js      22.11.0',
        'optional  MIDI inputs  none',
        '                       -> Plug one in.',
        '',
        'Continuo can run here. What is optional adds to it.',
        '',
      ].join('\n'),
    );
  });

  it('says what is missing', () => {
    const lacking = (name: string) => ({ name, status: 'missing', found: 'no', hint: null }) as const;
    expect(report([lacking('panel')])).toContain('Continuo cannot run here yet: panel is missing.');
    expect(report([lacking('models'), lacking('panel')])).toContain('models, panel are missing.');
  });
});
