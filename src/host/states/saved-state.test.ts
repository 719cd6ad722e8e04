import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../session/checkpoint.js';
import { LEAD } from '../../session/commands.js';
import { codec, jam, phrase } from '../../session/testing/jam.js';
import { decodeState, encodeState, isAtRest, isWhole, readState, type SavedState } from './saved-state.js';

/** A session that has heard a phrase and answered it, and how it stood then. */
function stood(): { readonly saved: SavedState; readonly state: Float32Array } {
  const made: Checkpoint[] = [];
  const { session, records } = jam('answer', { checkpoint: (checkpoint) => void made.push(checkpoint) });
  session.keepsHistory = true;
  session.command({ type: 'start' }, 0);
  for (let time = phrase(session, 1, [60, 62, 64, 65]); time < 12; time += 0.05) session.advance(time);
  session.command({ type: 'stop' }, 12);
  const tokens = [codec.startToken];
  for (const record of records)
    if (record.type === 'fed' || record.type === 'sampled') tokens.push(...record.tokens);
    else if (record.type === 'back') tokens.length = record.length;
  const checkpoint = made.at(-1)!;
  const resumption = { checkpoint, branch: 1000, tokens: Int32Array.from(tokens) };
  const setup = { plugin: 'piano', model: 'small', engine: 'reference', precision: 'int8', seed: 7 } as const;
  const member = {
    id: LEAD,
    mode: 'answer',
    values: { patience: 1 },
    pluginVersion: '1',
    modelHash: 'f00d',
  } as const;
  return {
    saved: { date: '2026-01-01', setup, time: 12, members: [{ ...member, codec: 'c', resumption }] },
    state: session.state(),
  };
}

it('a saved state comes back to the bit, and a session that goes on from it has the state of the one that was saved', () => {
  const { saved, state } = stood();
  const read = decodeState(encodeState(saved), 'a');
  expect(read).toEqual(saved);
  const { session } = jam('answer', { time: 13, resume: read.members[0]!.resumption });
  expect(session.state()).toEqual(state);
});

it('a state says whether it has all of its session, and whether nobody played', () => {
  const { saved } = stood();
  const { session } = jam('solo');
  session.keepsHistory = true;
  session.command({ type: 'start' }, 0);
  session.advance(5);
  const [member] = saved.members;
  const amid: SavedState = {
    ...saved,
    time: 5,
    members: [{ ...member!, resumption: { ...member!.resumption, checkpoint: session.standing() } }],
  };
  expect([isWhole(saved), isAtRest(saved)]).toEqual([true, true]);
  expect([isWhole(amid), isAtRest(amid)]).toEqual([true, false]);
  expect(isWhole({ ...amid, time: 4 })).toBe(false);
  const read = decodeState(encodeState(amid), 'a');
  expect(read).toEqual(amid);
  expect(read.members[0]!.resumption.checkpoint.turn!.history.exchanges.length).toBeGreaterThan(0);
});

it('what is cut short, changed, empty or of another version is refused with its name', async () => {
  const text = encodeState(stood().saved);
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  const cases: [string, string, string][] = [
    ['empty', '', 'STATE_BROKEN'],
    ['half', text.slice(0, text.length / 2), 'STATE_BROKEN'],
    ['changed', text.replace('patience', 'impatience'), 'STATE_BROKEN'],
    ['json', '{"type":"take"}\n', 'STATE_BROKEN'],
    ['newer', text.replace('"version":1', '"version":2'), 'STATE_VERSION'],
  ];
  for (const [name, content, code] of cases) {
    const path = join(folder, name);
    writeFileSync(path, content);
    await expect(readState(path)).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
  }
  await expect(readState(join(folder, 'absent'))).rejects.toMatchObject({ code: 'FILE_READ' });
});
