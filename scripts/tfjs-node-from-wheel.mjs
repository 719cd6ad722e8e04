/**
 * Real @tensorflow/tfjs-node without the download that its installation makes: its binding is compiled against the
 * libtensorflow that Python's tensorflow-cpu wheel holds. Linux x64; needs pip, unzip, g++ and Node's headers.
 *
 *     node scripts/tfjs-node-from-wheel.mjs FOLDER
 *     NODE_PATH=FOLDER/node_modules npx continuo train ...
 *
 * The wheel is 240 MB and unpacks to 620 MB. 2.15 is the newest tensorflow tried: tfjs-node 4.22 was made for 2.9, whose
 * wheel has no library of its own to link with, and the C interface has not changed since.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const TENSORFLOW = 'tensorflow-cpu==2.15.1';
const TFJS_NODE = '@tensorflow/tfjs-node@4.22.0';
const NAPI = 8;

const folder = process.argv[2] && resolve(process.argv[2]);
if (!folder || process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('Linux x64 only. Usage: node scripts/tfjs-node-from-wheel.mjs FOLDER');
  process.exit(2);
}
const headers = join(dirname(dirname(process.execPath)), 'include/node');
if (!existsSync(join(headers, 'node_api.h'))) {
  console.error(`No node_api.h in ${headers}: install Node with its headers.`);
  process.exit(1);
}
const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] });

mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, 'package.json')))
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', TFJS_NODE]);

// The wheel of one Python version holds the same library as those of the others.
const wheels = [
  '--no-deps',
  '--only-binary=:all:',
  '--python-version',
  '3.11',
  '--platform',
  'manylinux2014_x86_64',
];
run('python3', ['-m', 'pip', 'download', ...wheels, '-d', 'wheel', TENSORFLOW]);
const wheel = join(
  folder,
  'wheel',
  readdirSync(join(folder, 'wheel')).find((name) => name.endsWith('.whl')),
);
const needed = [
  'libtensorflow_cc.so.2',
  'libtensorflow_framework.so.2',
  'include/tensorflow/*',
  'include/tsl/*',
];
run('unzip', ['-q', '-o', wheel, ...needed.map((path) => `tensorflow/${path}`)]);
rmSync(join(folder, 'wheel'), { recursive: true });

const library = join(folder, 'tensorflow');
const addon = join(folder, 'node_modules/@tensorflow/tfjs-node');
const linked = join(addon, 'deps/lib');
const binding = join(addon, `lib/napi-v${NAPI}`);
rmSync(linked, { recursive: true, force: true });
for (const made of [linked, binding]) mkdirSync(made, { recursive: true });
for (const [name, target] of [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow_cc.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ['libtensorflow_framework.so.2', 'libtensorflow_framework.so.2'],
])
  symlinkSync(join(library, target), join(linked, name));

run(
  'g++',
  [
    ...[
      '-std=c++17',
      '-O2',
      '-fPIC',
      '-shared',
      `-DNAPI_VERSION=${NAPI}`,
      `-I${headers}`,
      `-I${join(library, 'include')}`,
    ],
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-o', join(binding, 'tfjs_binding.node')],
    ...[`-L${linked}`, '-Wl,-rpath,$ORIGIN/../../deps/lib', '-ltensorflow', '-ltensorflow_framework'],
  ],
  addon,
);
const says = 'console.log(require("@tensorflow/tfjs-node").backend().binding.TF_Version)';
const shim = 'require("util").isNullOrUndefined ??= (value) => value == null;';
const version = execFileSync(process.execPath, ['-e', shim + says], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'ignore'],
});
console.log(
  `tfjs-node on TensorFlow ${String(version).trim()}; use it with NODE_PATH=${join(folder, 'node_modules')}`,
);
