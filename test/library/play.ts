import {
  continuePerformance,
  type LoadedPlugin,
  type OpenPerformerOptions,
  openPerformer,
  parseDescriptor,
  type ReadModelFile,
  readMidi,
  Session,
  type SessionCommand,
  toPerformance,
} from '../../dist/index.js';
import folk from '../../dist/plugins/folk/index.js';
import folkJson from '../../dist/plugins/folk/plugin.json' with { type: 'json' };
import piano from '../../dist/plugins/piano/index.js';
import pianoJson from '../../dist/plugins/piano/plugin.json' with { type: 'json' };

/** Plays with the library alone. It runs in Node and, bundled, in a browser, so it uses neither's modules. */

export const PLUGINS = {
  piano: { descriptor: parseDescriptor(pianoJson, 'plugin.json'), definition: piano },
  folk: { descriptor: parseDescriptor(folkJson, 'plugin.json'), definition: folk },
} satisfies Record<string, LoadedPlugin>;

/** The tokens of a session that is made at `time`, in which the model plays alone after some commands until `until`, looked at as often as a clock would. */
export async function solo(
  plugin: keyof typeof PLUGINS,
  read: ReadModelFile,
  {
    time: made,
    commands,
    until,
    ...options
  }: OpenPerformerOptions & {
    readonly time: number;
    readonly commands: readonly { readonly time: number; readonly command: SessionCommand }[];
    readonly until: number;
  },
): Promise<number[]> {
  const performer = await openPerformer(PLUGINS[plugin], read, options);
  const tokens = [performer.codec.startToken];
  const session = new Session({
    ...performer,
    output: { noteOn() {}, noteOff() {}, silence() {} },
    mode: 'solo',
    time: made,
    emit() {},
    record(record) {
      if (record.type === 'fed' || record.type === 'sampled') tokens.push(...record.tokens);
      if (record.type === 'back') tokens.length = record.length;
    },
  });
  for (const { command, time } of commands) session.command(command, time);
  for (let { time } = commands.at(-1)!; time < until; time += 0.05) session.advance(time);
  performer.engine.dispose();
  return tokens;
}

/** How the model goes on from a MIDI file: the pitches, with start and end in tenths of a millisecond. */
export async function goOn(
  read: ReadModelFile,
  midi: Uint8Array,
  seconds: number,
  options: OpenPerformerOptions,
): Promise<number[][]> {
  const performer = await openPerformer(PLUGINS.piano, read, options);
  const piece = readMidi(midi);
  const params = Object.fromEntries(
    Object.entries(performer.pluginParams).map(([id, spec]) => [id, spec.default]),
  );
  const notes = continuePerformance(performer, toPerformance(piece), {
    from: piece.duration,
    seconds,
    params,
  });
  performer.engine.dispose();
  return notes.map(({ pitch, start, end }) => [pitch, Math.round(1e4 * start), Math.round(1e4 * end)]);
}
