import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { type RunningServer, startServer } from '../start-server.js';
import { MemoryCluster } from './memory-cluster.js';
import { MemoryPieces } from './memory-pieces.js';
import { noTakes } from './no-takes.js';

/** Two hosts, a and b, with a server each, for each test. */
export interface ClusterServed {
  cluster: MemoryCluster;
  /** The servers, by the name of the host. */
  servers: Record<string, RunningServer>;
  /** Starts a server for a host of the cluster. */
  start(name: string, port?: number): Promise<RunningServer>;
  /** Internal errors reported; none may be left. */
  defects: unknown[];
}

interface Served {
  /** The token of both hosts. */
  readonly token?: string;
  /** The built panel; default: a page without one. */
  readonly panel?: string;
}

/** Call it once at the top of a test file; the fields are those of the current test. */
export function serveCluster({ token, panel }: Served = {}): ClusterServed {
  const served = {} as ClusterServed;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'continuo-panel-'));
    writeFileSync(join(folder, 'index.html'), '<title>panel</title>');
    const cluster = new MemoryCluster('a', 'b');
    const start = async (name: string, port = 0) => {
      const server = await startServer({
        ...{ sessions: cluster.host(name), pieces: new MemoryPieces(), takes: noTakes, port },
        ...{ panelFolder: panel ?? folder, onDefect: (error: unknown) => void served.defects.push(error) },
        ...(token !== undefined && { token }),
      });
      cluster.host(name).address = new URL(server.address).origin;
      cluster.hostsChanged();
      served.servers[name] = server;
      return server;
    };
    Object.assign(served, { cluster, start, servers: {}, defects: [] });
    for (const name of ['a', 'b']) await start(name);
  });
  afterEach(async () => {
    for (const server of Object.values(served.servers)) await server.close();
    rmSync(folder, { recursive: true });
    expect(served.defects).toEqual([]);
  });
  return served;
}
