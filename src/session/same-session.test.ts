import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES, type SessionCommand } from './commands.js';
import { BAND_COMMANDS, bandModes } from './testing/band-jam.js';
import { COMMANDS, performer, START } from './testing/jam.js';
import { jams, plans, provesSame } from './testing/same-session.js';

/** What an untrained network plays with, and beats that nobody of the codec follows. */
const MORE: SessionCommand[] = [
  START,
  START,
  { type: 'pulse', beat: 0.5, bar: true, tapped: true },
  { type: 'param', id: 'patience', value: 0.5 },
  { type: 'param', id: 'replyLength', value: 3 },
  { type: 'param', id: 'closeAfter', value: '30 s' },
];

describe('a session that catches up with another from where that stood', () => {
  it('is the same from there on: tokens, events, and state to the bit; and its take replays', () => {
    const phases: Record<string, number> = {};
    fc.assert(
      fc.property(fc.constantFrom(...MODES), jams([...COMMANDS, ...MORE]), plans, (mode, list, plan) => {
        const phase = provesSame({ performers: () => [performer()], modes: [mode], list, plan });
        if (phase !== null) phases[phase] = (phases[phase] ?? 0) + 1;
      }),
      { numRuns: 400 },
    );
    for (const phase of ['waiting', 'listening', 'playing', 'together'])
      expect([phase, phases[phase]]).toEqual([phase, expect.toSatisfy((count: number) => count > 5)]);
  });

  it('is the same where it is a band of two or three, in whatever modes', () => {
    const phases = new Set<string | null>();
    fc.assert(
      fc.property(bandModes, jams([...BAND_COMMANDS, ...MORE]), plans, (modes, list, plan) => {
        const performers = () => modes.map((_, index) => performer(7 + index));
        phases.add(provesSame({ performers, modes, list, plan }));
      }),
      { numRuns: 120 },
    );
    for (const phase of ['waiting', 'playing', 'together']) expect(phases).toContain(phase);
  });
});
