import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { type Check, checks, judge } from './doctor.js';
import type { Environment } from './environment.js';

/** A Linux that has everything. */
const complete: Environment = {
  platform: 'linux',
  node: '22.11.0',
  nodeWanted: '>=20.19',
  simd: true,
  models: ['piano-pop'],
  modelTroubles: [],
  panel: true,
  library: { found: 'loads' },
  sequencer: { found: '/dev/snd/seq' },
  ports: { inputs: ['Keys:Keys MIDI 1 20:0'], outputs: ['FLUID Synth (123):Synth input port 128:0'] },
  synths: ['fluidsynth'],
  tfjsNode: { found: '4.22.0' },
};

const named = (all: readonly Check[], name: string) => all.find((check) => check.name === name);
const judged = (change: Partial<Environment>, name: string) => named(judge({ ...complete, ...change }), name);

describe('judge', () => {
  it('is content with a computer that has everything', () => {
    const all = judge(complete);
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 'ok'));
    expect(named(all, 'synth')).toMatchObject({ found: 'FLUID Synth (123):Synth input port 128:0' });
  });

  it.each([
    ['18.20.1', 'missing'],
    ['20.18.9', 'missing'],
    ['20.19.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('judges Node %s by what package.json asks', (node, status) => {
    expect(judged({ node }, 'Node.js')).toMatchObject({ status });
  });

  it.each([
    [{ simd: false }, 'WASM SIMD'],
    [{ models: [] }, 'models'],
    [{ panel: false }, 'panel'],
  ])('misses what the main thing needs: %j', (change, name) => {
    expect(judged(change, name)).toMatchObject({ status: 'missing', hint: expect.any(String) });
  });

  it('says which folder of models cannot be looked into, with its code', () => {
    const modelTroubles = [
      new ContinuoError('FILE_READ', 'The models in /x cannot be listed (ENOTDIR).', 'hint'),
    ];
    expect(judged({ modelTroubles }, 'your models')).toEqual({
      name: 'your models',
      status: 'optional',
      found: 'FILE_READ: The models in /x cannot be listed (ENOTDIR).',
      hint: 'hint',
    });
    expect(judged({ modelTroubles }, 'models')).toMatchObject({ status: 'ok' });
  });

  it('takes MIDI for optional, and says what to do', () => {
    const bare = judge({
      ...complete,
      library: { missing: 'libasound.so.2: cannot open shared object file' },
      sequencer: { missing: '/dev/snd/seq does not exist', hint: 'hint of its own' },
      ports: null,
      synths: [],
      tfjsNode: { missing: 'not installed' },
    });
    expect(bare.some(({ status }) => status === 'missing')).toBe(false);
    expect(named(bare, 'libasound')).toMatchObject({
      status: 'optional',
      hint: expect.stringContaining('apt install'),
    });
    expect(named(bare, 'ALSA sequencer')).toMatchObject({ status: 'optional', hint: 'hint of its own' });
    expect(named(bare, 'MIDI inputs')).toMatchObject({ status: 'optional', hint: null });
    expect(named(bare, 'tfjs-node')?.found).toContain('everything works without');
  });

  it.each([
    ['linux', 'qsynth', 'qsynth'],
    ['darwin', 'IAC Driver', 'GarageBand'],
    ['win32', 'loopMIDI', 'Microsoft GS Wavetable Synth'],
  ] as const)('says how to get ports and a synth on %s', (platform, ports, synth) => {
    const empty = { platform, ports: { inputs: [], outputs: [] }, synths: [] };
    expect(judged(empty, 'MIDI inputs')?.hint).toContain(ports);
    expect(judged(empty, 'synth')).toMatchObject({
      status: 'optional',
      hint: expect.stringContaining(synth),
    });
  });

  it('asks for no sequencer where the system has MIDI of its own', () => {
    for (const platform of ['darwin', 'win32'] as const) {
      expect(judged({ platform }, 'ALSA sequencer')).toBeUndefined();
      expect(judged({ platform }, 'MIDI addon')).toMatchObject({ status: 'ok' });
    }
  });

  it('knows the synths that come with a system', () => {
    const wavetable = { inputs: [], outputs: ['Microsoft GS Wavetable Synth'] };
    expect(judged({ platform: 'win32', ports: wavetable }, 'synth')).toMatchObject({ status: 'ok' });
    const none = { inputs: [], outputs: [] };
    expect(judged({ platform: 'darwin', ports: none, synths: ['GarageBand'] }, 'synth')).toMatchObject({
      status: 'ok',
    });
    expect(judged({ ports: none }, 'synth')).toMatchObject({
      status: 'optional',
      found: 'fluidsynth installed, not running',
    });
  });
});

describe('checks', () => {
  it('looks at this computer without failing', async () => {
    const all = await checks();
    expect(named(all, 'Node.js')).toMatchObject({ status: 'ok', found: process.versions.node });
    expect(named(all, 'WASM SIMD')).toMatchObject({ status: 'ok' });
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});
