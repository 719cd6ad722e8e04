import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { checkSequencer, importAddon } from '../../midi/addon.js';
import { openSystemPorts } from '../../midi/system.js';
import { FOLDERS } from '../folders.js';
import { lookForModels } from '../models/models.js';

/** The result of a search: present (`found` says what), or absent (`missing` says why). */
export type Finding = { readonly found: string } | { readonly missing: string; readonly hint?: string };

/** The facts that the doctor judges. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  readonly node: string;
  /** The Node version that package.json requires, ">=MAJOR.MINOR". */
  readonly nodeWanted: string;
  readonly simd: boolean;
  readonly models: readonly string[];
  /** Errors of model folders that cannot be read. */
  readonly modelTroubles: readonly ContinuoError[];
  readonly panel: boolean;
  readonly library: Finding;
  readonly sequencer: Finding;
  /** Null where ports cannot be listed; `library` or `sequencer` then say why. */
  readonly ports: { readonly inputs: readonly string[]; readonly outputs: readonly string[] } | null;
  /** Synths that are installed and may not run. */
  readonly synths: readonly string[];
  readonly tfjsNode: Finding;
}

/** Reads the environment. Never throws. */
export async function readEnvironment(): Promise<Environment> {
  const library = await finding('loads', importAddon);
  const sequencer = await finding('/dev/snd/seq', checkSequencer);
  const { models, troubles } = lookForModels();
  const manifest = JSON.parse(readFileSync(join(FOLDERS.root, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  return {
    platform: process.platform,
    node: process.versions.node,
    nodeWanted: manifest.engines.node,
    simd: compiles(SIMD_MODULE),
    models: models.map(({ id }) => id),
    modelTroubles: troubles,
    panel: existsSync(join(FOLDERS.panel, 'index.html')),
    library,
    sequencer,
    ports: await openSystemPorts(() => 0)
      .then((system) => system.list())
      .catch(() => null),
    synths: installedSynths(),
    tfjsNode: findTfjsNode(),
  };
}

/** A module whose one function is () -> v128: i8x16.splat of 0. Valid where the engine and the processor have SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b],
);

function compiles(module: Uint8Array<ArrayBuffer>): boolean {
  try {
    return new WebAssembly.Module(module) !== undefined;
  } catch {
    return false;
  }
}

async function finding(found: string, look: () => unknown): Promise<Finding> {
  try {
    await look();
    return { found };
  } catch (error) {
    if (!(error instanceof ContinuoError)) return { missing: String(error) };
    return { missing: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

function installedSynths(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const programs = ['qsynth', 'fluidsynth', 'timidity', 'yoshimi', 'zynaddsubfx'].filter((name) =>
    folders.some((folder) => folder !== '' && existsSync(join(folder, name))),
  );
  return existsSync('/Applications/GarageBand.app') ? [...programs, 'GarageBand'] : programs;
}

/** Looks for the package and its addon: installing the package downloads the addon, and the package stays where that fails. */
function findTfjsNode(): Finding {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('@tensorflow/tfjs-node/package.json');
    const library = join(dirname(manifest), 'lib');
    const built = readdirSync(library).some((name) => existsSync(join(library, name, 'tfjs_binding.node')));
    const { version } = require(manifest) as { version: string };
    return built ? { found: version } : { missing: `${version} is installed without its library` };
  } catch {
    return { missing: 'not installed' };
  }
}
