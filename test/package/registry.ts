import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

export interface Registry {
  readonly address: string;
  close(): void;
}

/**
 * A registry on this machine that has the packages of node_modules, packed as they lie there, and `archive` as continuo: so that npm
 * installs as it does for anybody, and nothing is fetched. What is not installed here (tfjs-node, which is optional) is not there.
 */
export async function startRegistry(archive: string): Promise<Registry> {
  const manifestOf = (name: string) => {
    if (name === 'continuo') return JSON.parse(fileOfArchive(archive, 'package/package.json')) as Manifest;
    const path = join(modules, name, 'package.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.slice(1));
    const name = path.replace(/\/-\/package\.tgz$/, '');
    const manifest = manifestOf(name);
    if (manifest === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    if (name === path) {
      const tarball = `${address}/${name}/-/package.tgz`;
      const versions = { [manifest.version]: { ...manifest, dist: { tarball } } };
      response.end(JSON.stringify({ name, 'dist-tags': { latest: manifest.version }, versions }));
    } else response.end(name === 'continuo' ? readFileSync(archive) : packed(join(modules, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, close: () => server.close() };
}

interface Manifest {
  readonly version: string;
}

function packed(folder: string): Buffer {
  const args = ['-czf', '-', '-h', '--exclude=./node_modules', '--transform=s,^\\.,package,', '.'];
  return execFileSync('tar', args, {
    cwd: folder,
    maxBuffer: 2 ** 30,
    env: { ...process.env, GZIP: '-1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function fileOfArchive(archive: string, path: string): string {
  return execFileSync('tar', ['-xzOf', archive, path], { encoding: 'utf8' });
}
