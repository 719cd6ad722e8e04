// Builds the step kernel (WASM), the program (dist/) and the panel (dist/web-ui), each in a folder beside its place, and swaps it in, so
// that a host that runs from here never misses a file. One build runs at a time; another one waits.
// node scripts/build.mjs [--if-stale] [--quiet]      --if-stale: only what is missing or older than its source
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { takeLock } from './build-lock.mjs';
import { swapIn } from './swap-in.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const ifStale = process.argv.includes('--if-stale');
const quiet = process.argv.includes('--quiet');

/** The newest modification time under `paths`, in milliseconds; 0 for none. */
function newest(...paths) {
  let latest = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const stat = statSync(path);
    // A folder's own time shows that files were removed.
    latest = Math.max(latest, stat.mtimeMs);
    if (stat.isDirectory())
      for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name)));
  }
  return latest;
}

/** Runs a tool of node_modules with this Node; ends the build with the tool's output where it fails. */
function tool(script, ...args) {
  const done = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  if (done.status === 0) return;
  process.stderr.write(`${done.stdout}${done.stderr}\nThe build stopped: ${script} ${args.join(' ')}\n`);
  process.exit(1);
}

/** Writes compressed copies (.br, .gz) beside each text file where they are smaller; the server sends what the browser accepts. */
function compress(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!/\.(html|js|css|svg|json|webmanifest)$/.test(name)) continue;
    const path = join(folder, name);
    const bytes = readFileSync(path);
    for (const [end, smaller] of [
      ['.br', brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })],
      ['.gz', gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })],
    ])
      if (smaller.length < 0.9 * bytes.length) writeFileSync(path + end, smaller);
  }
}

/** A folder to build in, beside what is there. */
function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function step(name, sources, output, build) {
  const stamp = join('dist', `.${name}`);
  if (ifStale && existsSync(output) && existsSync(stamp) && statSync(stamp).mtimeMs >= newest(...sources))
    return;
  const began = performance.now();
  // A source that changes during the build is newer than this.
  const stampTime = new Date();
  if (!quiet) process.stderr.write(`building the ${name} … `);
  build();
  writeFileSync(stamp, '');
  utimesSync(stamp, stampTime, stampTime);
  if (!quiet) process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1)} s\n`);
}

if (!existsSync('src')) process.exit(0); // an installed package: built before it was packed
if (!existsSync('node_modules/typescript')) {
  process.stderr.write('The build needs the development packages: run npm ci without --omit=dev.\n');
  process.exit(1);
}
mkdirSync('dist', { recursive: true });
takeLock('dist/.building', () => {
  if (!quiet) process.stderr.write('another build is under way here: waiting for it …\n');
});

const kernel = 'src/model/kernel';
const wasmModule = `${kernel}/kernel.wasm.ts`;
step('kernel', [`${kernel}/assembly`, 'scripts/build.mjs'], wasmModule, () => {
  const binary = 'dist/kernel.wasm';
  tool(
    'node_modules/assemblyscript/bin/asc.js',
    `${kernel}/assembly/index.ts`,
    '--outFile',
    binary,
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--enable',
    'threads',
    '--sharedMemory',
    '--importMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '16384',
  );
  const base64 = readFileSync(binary).toString('base64');
  writeFileSync(
    'dist/.kernel.wasm.ts',
    `// Generated from assembly/ by scripts/build.mjs.\nexport const kernelWasmBase64 =\n  '${base64}';\n`,
  );
  renameSync('dist/.kernel.wasm.ts', wasmModule);
});

step('program', ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'], 'dist/cli/main.js', () => {
  const beside = emptied('dist/.new-program');
  tool('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', beside);
  // Plugin descriptors are data: they travel beside the code that they describe.
  for (const id of readdirSync('src/plugins')) {
    const descriptor = join('src/plugins', id, 'plugin.json');
    if (existsSync(descriptor)) cpSync(descriptor, join(beside, 'plugins', id, 'plugin.json'));
  }
  if (process.platform !== 'win32') chmodSync(join(beside, 'cli/main.js'), 0o755);
  swapIn(beside, 'dist', { keeps: (path) => /^(web-ui\/|\.|kernel\.wasm$)/.test(path) });
});

step(
  'panel',
  ['web-ui', 'scripts/build.mjs', 'src/client', 'src/protocol', 'src/session', 'src/plugin', 'src/music'],
  'dist/web-ui/index.html',
  () => {
    const beside = emptied('dist/.new-panel');
    const out = ['--outDir', join(root, beside), '--emptyOutDir'];
    tool('node_modules/vite/bin/vite.js', 'build', 'web-ui', '--logLevel', 'warn', ...out);
    compress(beside);
    mkdirSync('dist/web-ui', { recursive: true });
    swapIn(beside, 'dist/web-ui', { last: (path) => path.startsWith('index.html') });
  },
);

// npm links the commands of installed packages, not those of the project itself: this link makes `npx continuo` work here.
const bin = join('node_modules', '.bin', 'continuo');
if (!existsSync(bin)) {
  const target = join('..', '..', 'dist', 'cli', 'main.js');
  if (process.platform === 'win32') writeFileSync(`${bin}.cmd`, `@node "%~dp0\\${target}" %*\r\n`);
  else symlinkSync(target, bin);
}
