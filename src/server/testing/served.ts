import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Sessions } from '../../host/sessions/sessions.js';
import { TakeLibrary } from '../../host/takes/library/library.js';
import { TakeDesk } from '../../host/takes/library/take-desk.js';
import { type RunningServer, startServer } from '../start-server.js';
import { MemoryPieces } from './memory-pieces.js';
import { MemorySession } from './memory-session.js';
import { directoryOf } from './memory-sessions.js';

/** A server for each test, with the session and pieces that the test inspects. */
export interface Served {
  /** The panel's files: index.html, assets/main-1234.js. */
  folder: string;
  session: MemorySession;
  /** The directory, with that session as its first. */
  sessions: Sessions;
  pieces: MemoryPieces;
  /** Empty, until the test puts takes into its folder. */
  library: TakeLibrary;
  server: RunningServer;
  /** Internal errors reported; a test removes those it expects, and none may be left. */
  defects: unknown[];
}

/** Call it once at the top of a test file; the fields are those of the current test. */
export function serve(): Served {
  const served = {} as Served;
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-panel-'));
    writeFileSync(join(folder, 'index.html'), '<title>panel</title>');
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'assets', 'main-1234.js'), 'export {};');
    const [session, pieces, defects] = [new MemorySession(), new MemoryPieces(), [] as unknown[]];
    const onDefect = (error: unknown) => void defects.push(error);
    const sessions = directoryOf(session);
    const library = new TakeLibrary(join(folder, 'takes'));
    const takes = new TakeDesk(library);
    const server = await startServer({ sessions, pieces, takes, port: 0, panelFolder: folder, onDefect });
    Object.assign(served, { folder, session, sessions, pieces, library, server, defects });
  });
  afterEach(async () => {
    await served.server.close();
    rmSync(served.folder, { recursive: true });
    expect(served.defects).toEqual([]);
  });
  return served;
}
