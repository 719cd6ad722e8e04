import type { CommandDef } from 'citty';

/** Each command is loaded when it is asked for: `--help` should not wait for a neural network. */
export const COMMANDS: Record<
  string,
  { readonly what: string; readonly load: (args?: readonly string[]) => Promise<{ default: CommandDef }> }
> = {
  start: { what: 'play in the browser panel (the main thing)', load: load(() => import('./live/start.js')) },
  jam: { what: 'play with a MIDI keyboard, without a browser', load: load(() => import('./live/jam.js')) },
  continue: {
    what: 'go on from a MIDI file, or play along with it, to a MIDI file',
    load: async (args) => {
      const { continueCommand } = await import('./continue/continue.js');
      return { default: await continueCommand(args) };
    },
  },
  generate: {
    what: 'make whole pieces: tunes as ABC, text, whatever a plugin makes',
    load: async (args) => {
      const { generateCommand } = await import('./generate/generate.js');
      return { default: await generateCommand(args) };
    },
  },
  plugin: {
    what: 'list, add, write and check plugins',
    load: load(() => import('./plugin/plugin.js')),
  },
  ports: { what: 'list the MIDI ports', load: load(() => import('./live/ports.js')) },
  doctor: {
    what: 'say what is here, what is missing, and how to get it',
    load: load(() => import('./live/doctor.js')),
  },
  sessions: {
    what: 'list, open, close, rename and move the sessions of a running host',
    load: load(() => import('./sessions/sessions.js')),
  },
  hosts: {
    what: 'list the hosts of a cluster',
    load: load(() => import('./sessions/hosts.js')),
  },
  snapshots: {
    what: 'keep moments of a session, go back to them, save and load them',
    load: load(() => import('./snapshots/snapshots.js')),
  },
  takes: {
    what: 'what was played: list, show, play, export, name and delete it',
    load: load(() => import('./takes/takes.js')),
  },
  replay: {
    what: 'play a recorded take again, to a MIDI port or file',
    load: load(() => import('./live/replay.js')),
  },
  train: {
    what: 'train a network on your own music, or on what you played',
    load: load(() => import('./train/train.js')),
  },
  evaluate: { what: 'measure a model on held-out music', load: load(() => import('./evaluate/evaluate.js')) },
  inspect: {
    what: 'go through one piece with a model: its surprises, its layers, the units that know something',
    load: load(() => import('./inspect.js')),
  },
  compare: {
    what: 'train small networks of several kinds and show what each remembers',
    load: load(() => import('./compare.js')),
  },
  abc: {
    what: 'check, transpose, play, engrave and write down ABC tunes',
    load: load(() => import('./abc/abc.js')),
  },
  dataset: {
    what: 'fetch corpora, and make training data from them',
    load: load(() => import('./dataset/dataset.js')),
  },
};

/** citty's command type is invariant in its options; here only its name and its options' names matter. */
function load(module: () => Promise<{ default: unknown }>): () => Promise<{ default: CommandDef }> {
  return module as () => Promise<{ default: CommandDef }>;
}
