import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type HostPerformer, openHostPerformer } from '../../src/host/models/open-host-performer.js';
import { MODES, type Mode, type SessionCommand } from '../../src/session/commands.js';
import { COMMANDS, START } from '../../src/session/testing/jam.js';
import { jams, plans, provesSame } from '../../src/session/testing/same-session.js';

/** With the codecs, grammars and networks that people play with: what the small network of the other tests has not. */
const PLAYED: readonly (readonly [
  name: string,
  of: readonly (readonly [plugin: string, model: string])[],
])[] = [
  ['the piano', [['piano', 'piano-pop']]],
  ['the piano in beats', [['piano', 'piano-beats']]],
  ['the drums', [['drums', 'drums-groove']]],
  ['the ensemble', [['ensemble', 'ensemble-pop']]],
  ['folk tunes', [['folk', 'folk-session']]],
  [
    'the ensemble and the piano',
    [
      ['ensemble', 'ensemble-pop'],
      ['piano', 'piano-pop-start'],
    ],
  ],
  [
    'the piano and the drums',
    [
      ['piano', 'piano-pop-start'],
      ['drums', 'drums-groove'],
    ],
  ],
];

const MORE: SessionCommand[] = [
  ...[START, START, START],
  { type: 'pulse', beat: 0.5, bar: true, tapped: true },
  { type: 'pulse', beat: 0.6, bar: false, tapped: false },
  { type: 'param', id: 'replyLength', value: 2 },
];

const opened: HostPerformer[] = [];
afterAll(() => {
  for (const { engine } of opened) engine.dispose();
});

async function open([plugin, model]: readonly [string, string], seed: number): Promise<HostPerformer> {
  const performer = await openHostPerformer({ plugin, model, engine: 'kernel', precision: 'int8', seed });
  opened.push(performer);
  return performer;
}

describe.each(PLAYED)('a session of %s that catches up with another', (_, of) => {
  it('is the same from there on, and its take replays', async () => {
    const members = await Promise.all(of.map((one, index) => open(one, 7 + index)));
    const performers = () => members.map((member) => ({ ...member, pluginParams: member.descriptor.params }));
    const modes = fc.noBias(
      fc.array(fc.constantFrom<Mode>(...MODES), { minLength: of.length, maxLength: of.length }),
    );
    let stood = 0;
    fc.assert(
      fc.property(modes, jams([...COMMANDS, ...MORE]), plans, (chosen, list, plan) => {
        if (provesSame({ performers, modes: chosen, list, plan }) !== null) stood++;
      }),
      { numRuns: 12, endOnFailure: true },
    );
    expect(stood).toBeGreaterThan(3);
  }, 120_000);
});
