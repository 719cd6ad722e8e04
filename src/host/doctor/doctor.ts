import { hintFor } from '../../midi/hints.js';
import { type Environment, type Finding, readEnvironment } from './environment.js';

/** The result of one check. */
export interface Check {
  readonly name: string;
  /** ok: present. missing: Continuo does not start without it. optional: absent, and only the feature that `found` names needs it. */
  readonly status: 'ok' | 'missing' | 'optional';
  /** What was found, or what is absent and what it is for. */
  readonly found: string;
  /** What to do on this system; null where nothing needs to be done. */
  readonly hint: string | null;
}

/** Checks what Continuo needs on this computer. Never throws. */
export async function checks(): Promise<Check[]> {
  return judge(await readEnvironment());
}

/** Turns an environment into checks, in the order in which a person would fix them. */
export function judge(seen: Environment): Check[] {
  const linux = seen.platform !== 'darwin' && seen.platform !== 'win32';
  return [
    node(seen),
    needed('WASM SIMD', seen.simd, {
      found: 'yes',
      lacking: 'no: this processor or this Node cannot run the step kernel',
      hint: 'Run Continuo with --engine reference, slowly.',
    }),
    needed('models', seen.models.length > 0, {
      found: seen.models.join(', '),
      lacking: 'none',
      hint: 'Get the repository anew, or put a model folder into models/.',
    }),
    ...seen.modelTroubles.map(({ code, message, hint = null }) => ({
      name: 'your models',
      status: 'optional' as const,
      found: `${code}: ${message}`,
      hint,
    })),
    needed('panel', seen.panel, { found: 'built', lacking: 'not built', hint: 'Run `npm run build`.' }),
    midiPart(linux ? 'libasound' : 'MIDI addon', seen.library, hintFor('library', seen.platform)),
    ...(linux ? [midiPart('ALSA sequencer', seen.sequencer, hintFor('sequencer', seen.platform))] : []),
    ports('MIDI inputs', seen, seen.ports?.inputs),
    ports('MIDI outputs', seen, seen.ports?.outputs),
    synth(seen),
    tfjsNode(seen.tfjsNode),
  ];
}

function needed(
  name: string,
  there: boolean,
  { found, lacking, hint }: Record<'found' | 'lacking' | 'hint', string>,
): Check {
  return there
    ? { name, status: 'ok', found, hint: null }
    : { name, status: 'missing', found: lacking, hint };
}

function node({ node: version, nodeWanted }: Environment): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = nodeWanted.replace('>=', '').split('.').map(Number);
  const enough = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  const hint = `Install Node ${wantedMajor}.${wantedMinor} or later from nodejs.org.`;
  const lacking = `${version}; ${nodeWanted} is needed`;
  return needed('Node.js', enough, { found: version, lacking, hint });
}

/** A check of what MIDI ports need; the browser panel plays without them. */
function midiPart(name: string, finding: Finding, hint: string): Check {
  if ('found' in finding) return { name, status: 'ok', found: finding.found, hint: null };
  return { name, status: 'optional', found: finding.missing, hint: finding.hint ?? hint };
}

function ports(name: string, { platform }: Environment, names: readonly string[] | undefined): Check {
  if (names === undefined)
    return {
      name,
      status: 'optional',
      found: 'cannot be listed (see above); the browser panel plays without',
      hint: null,
    };
  if (names.length === 0)
    return {
      name,
      status: 'optional',
      found: 'none; the browser panel plays without',
      hint: hintFor('ports', platform),
    };
  return { name, status: 'ok', found: names.join(', '), hint: null };
}

/** Names of outputs that are software synths. */
const SYNTH_PORT = /fluid|synth|timidity|yoshimi|zynaddsubfx|linuxsampler|wavetable|pianoteq/i;

/** A check for a synth that makes a MIDI output sound. */
function synth({ platform, ports, synths }: Environment): Check {
  const name = 'synth';
  const running = ports?.outputs.filter((port) => SYNTH_PORT.test(port)) ?? [];
  if (running.length > 0) return { name, status: 'ok', found: running.join(', '), hint: null };
  if (platform === 'darwin' && synths.includes('GarageBand'))
    return { name, status: 'ok', found: 'GarageBand', hint: hintFor('synth', platform) };
  const found =
    synths.length > 0
      ? `${synths.join(', ')} installed, not running`
      : 'none found for MIDI outputs; the browser panel makes its own sound';
  return { name, status: 'optional', found, hint: hintFor('synth', platform) };
}

function tfjsNode(finding: Finding): Check {
  const name = 'tfjs-node';
  if ('found' in finding) return { name, status: 'ok', found: finding.found, hint: null };
  return {
    name,
    status: 'optional',
    found: `${finding.missing}; everything works without, training in TypeScript is slower`,
    hint: 'To have it: `npm install @tensorflow/tfjs-node` (it downloads libtensorflow).',
  };
}
