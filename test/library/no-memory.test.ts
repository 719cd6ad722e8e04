import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';

it('A take of a session without memory says so, and replays without', async () => {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-no-memory-'));
  const setup = { plugin: 'folk', model: 'folk-session', engine: 'kernel', precision: 'int8' } as const;
  try {
    const session = await LiveSession.open({ ...setup, memory: false, seed: 3, mode: 'solo', takes });
    session.command({ type: 'start' });
    await setTimeout(3000);
    await session.close();
    const take = await readTake(join(takes, readdirSync(takes)[0]!));
    expect(take.header.setup).toEqual({ ...setup, memory: false, seed: 3 });
    const performer = await openHostPerformer(take.header.setup);
    expect(replayRecordedTake(take, performer).same).toBe(true);
    // The network's state alone: a memory is part of it.
    const { size } = performer.engine.createState();
    performer.engine.dispose();
    const remembering = await openHostPerformer({ ...setup, seed: 3 });
    expect(remembering.engine.createState().size).toBeGreaterThan(size);
    remembering.engine.dispose();
  } finally {
    rmSync(takes, { recursive: true });
  }
}, 120_000);
