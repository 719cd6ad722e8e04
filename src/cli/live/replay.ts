import { existsSync } from 'node:fs';
import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { FOLDERS } from '../../host/folders.js';
import { monotonic } from '../../host/live/clock.js';
import { isVirtual, OWN_NAME } from '../../host/live/ports/port-choice.js';
import { soundNotes } from '../../host/live/ports/sound-notes.js';
import { readDescriptor } from '../../host/plugins/plugins.js';
import type { TakeHeader } from '../../host/takes/header.js';
import { replayOf, tracksOf } from '../../host/takes/library/music.js';
import type { ReplayedTake } from '../../host/takes/play-again.js';
import { readTake } from '../../host/takes/read-take.js';
import { type OutputPort, openSystemPorts } from '../../midi/index.js';
import { writeMidi } from '../../music/midi/index.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import { integerOption } from '../options.js';
import { printable } from '../printable.js';
import { closeOnSignal } from '../shutdown.js';
import { libraryOf, TAKES } from '../takes/args.js';

export default defineCommand({
  meta: {
    name: 'replay',
    description:
      'Play a recorded take again, token for token, and check that nothing differs; with --play, hear it.',
  },
  args: {
    take: {
      type: 'positional',
      description: `A take's folder (in ${FOLDERS.takes}, unless --takes said otherwise), or what continuo takes calls it: its id, its name, last`,
      valueHint: 'FOLDER',
      required: true,
    },
    takes: TAKES,
    out: {
      type: 'string',
      alias: ['o', 'output'],
      description: 'Write what is played; - is standard output',
      valueHint: 'OUT.mid',
    },
    play: {
      type: 'string',
      description: 'Sound it: a MIDI output, a part of its name, or virtual',
      valueHint: 'PORT',
    },
    channel: { type: 'string', default: '1', description: 'MIDI channel of --play', valueHint: '1-16' },
    model: {
      type: 'string',
      description:
        'Where the model of the take is now: its name or folder (default: as when the take was played)',
      valueHint: 'ID|FOLDER',
    },
    json: { type: 'boolean', default: false, description: 'Say the outcome as one JSON object' },
  },
  async run({ args }) {
    if (args.out !== undefined) await requireOutput(args.out, { binary: true });
    const channel = integerOption('channel', args.channel, 1, 16) - 1;
    // A missing port is reported before the work.
    const port = args.play === undefined ? undefined : await openOutput(args.play);
    try {
      const { header, ...rest } = await readTake(folderOf(args));
      const played = await replayOf({ ...rest, header }, args.model);
      if (args.out !== undefined) await writeOutput(args.out, writeMidi(tracksOf(played, header)));
      report(played, args);
      await sayOtherVersion(played, header);
      if (port) await sound(port, channel, played, header);
    } finally {
      port?.close();
    }
  },
});

/** A path that leads somewhere, else what the takes know by that name; else the path, of which reading says what is wrong. */
function folderOf({ take, takes }: { readonly take: string; readonly takes?: string | undefined }): string {
  if (existsSync(take)) return take;
  try {
    return libraryOf({ takes }).find(take);
  } catch (error) {
    if (error instanceof ContinuoError && error.code === 'TAKE_UNKNOWN' && /[\\/]/.test(take)) return take;
    throw error;
  }
}

/** Says whether anything differs, and where; the exit status says it too. */
function report(
  { player, pedal: _, model, members, differsAt, ...found }: ReplayedTake,
  { out, json }: { readonly out?: string | undefined; readonly json: boolean },
): void {
  const ofMembers = members.map(({ id, notes }) => ({ id, notes: notes.length }));
  const outcome = {
    ...{ ...found, playerNotes: player.length, modelNotes: model.length },
    ...(ofMembers.length > 0 && { members: ofMembers }),
  };
  reportStream(out).write(`${json ? JSON.stringify(outcome) : inWords(outcome)}\n`);
  if (differsAt !== null) process.stderr.write(`It differs from ${differsAt} on.\n`);
  if (!found.same) process.exitCode = 1;
}

/** A take that differs may have been played with another version of its plugin. */
async function sayOtherVersion({ same }: ReplayedTake, { pluginVersion, setup }: TakeHeader): Promise<void> {
  if (same) return;
  const { version } = await readDescriptor(setup.plugin);
  if (pluginVersion === version) return;
  process.stderr.write(
    `It was played with version ${printable(pluginVersion)} of the plugin ${setup.plugin}; here is ${version}.\n`,
  );
}

/** Opens an output by name, or a virtual one for others to connect to. Throws what {@link PortSystem} throws. */
async function openOutput(name: string): Promise<OutputPort> {
  const system = await openSystemPorts(monotonic);
  return isVirtual(name) ? system.openVirtualOutput(OWN_NAME) : system.openOutput(name);
}

async function sound(
  port: OutputPort,
  channel: number,
  { player, pedal, model, members }: ReplayedTake,
  header: TakeHeader,
): Promise<void> {
  process.stderr.write(`Playing it on ${port.name}; Ctrl-C stops.\n`);
  const stop = new AbortController();
  const playing = soundNotes(
    port,
    { player: { notes: player, pedal }, model },
    {
      ...{ channel, signal: stop.signal },
      ...(header.voices && { voices: header.voices }),
      members: members.map((member, index) => ({ ...member, voices: header.members![index]!.voices })),
    },
  );
  closeOnSignal(async () => {
    stop.abort();
    await playing;
  });
  await playing;
  // The signal's handler ends the program.
  if (stop.signal.aborted) await new Promise<never>(() => {});
}

interface Outcome extends Pick<ReplayedTake, 'same' | 'cutOff' | 'tokens' | 'gap' | 'changedAt'> {
  readonly playerNotes: number;
  readonly modelNotes: number;
  readonly members?: readonly { readonly id: string; readonly notes: number }[];
}

function inWords(outcome: Outcome): string {
  const { same, cutOff, tokens, playerNotes, modelNotes, gap, changedAt, members = [] } = outcome;
  const others = members.map(({ id, notes }) => `, ${notes} of ${id}`).join('');
  const cut = gap
    ? ` (up to ${gap.from.toFixed(1)} s: after that ${gap.lost} records could not be written)`
    : changedAt !== null
      ? ` (up to ${changedAt.toFixed(1)} s: there other code of the plugin took over)`
      : cutOff
        ? ' (cut off: the take has no end, and this is all that it has)'
        : '';
  return `${same ? 'The same' : 'Not the same'}: ${tokens} tokens, ${playerNotes} notes of the player, ${modelNotes} of the model${others}${cut}`;
}
