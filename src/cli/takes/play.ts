import { defineCommand } from 'citty';
import { monotonic } from '../../host/live/clock.js';
import { isVirtual, OWN_NAME, portChoices } from '../../host/live/ports/port-choice.js';
import { soundNotes } from '../../host/live/ports/sound-notes.js';
import { openTake, type TakeMusic, type TakeTrack, takeMusic } from '../../host/takes/library/music.js';
import { type OutputPort, openSystemPorts } from '../../midi/index.js';
import { onlyOne } from '../live/only-port.js';
import { integerOption } from '../options.js';
import { printable } from '../printable.js';
import { closeOnSignal } from '../shutdown.js';
import { libraryOf, MODEL, TAKE, TAKES } from './args.js';

export default defineCommand({
  meta: { name: 'play', description: 'Sound a take on a MIDI output, in real time; Ctrl-C stops.' },
  args: {
    take: TAKE,
    takes: TAKES,
    port: {
      type: 'string',
      description:
        'The MIDI output: a port, a part of its name, or virtual (default: the only one there is, else virtual)',
      valueHint: 'PORT',
    },
    channel: { type: 'string', default: '1', description: 'MIDI channel of the player', valueHint: '1-16' },
    model: MODEL,
  },
  async run({ args }) {
    const channel = integerOption('channel', args.channel, 1, 16) - 1;
    const folder = libraryOf(args).find(args.take);
    // A missing port is reported before the work.
    const port = await openOutput(args.port);
    try {
      const music = await takeMusic(await openTake(folder), args);
      for (const why of music.missing)
        process.stderr.write(printable(`continuo: not all of it is here. ${why}\n`));
      await sound(port, channel, music);
    } finally {
      port.close();
    }
  },
});

async function openOutput(name: string | undefined): Promise<OutputPort> {
  const system = await openSystemPorts(monotonic);
  const chosen = name ?? onlyOne(portChoices(system).outputs);
  return isVirtual(chosen) ? system.openVirtualOutput(OWN_NAME) : system.openOutput(chosen);
}

async function sound(port: OutputPort, channel: number, { tracks }: TakeMusic): Promise<void> {
  process.stderr.write(`Playing it on ${port.name}; Ctrl-C stops.\n`);
  const stop = new AbortController();
  const player = tracks.find(({ voice }) => voice === 'player');
  const models = tracks.filter(({ voice }) => voice === 'model');
  const playing = soundNotes(
    port,
    { player: { notes: player?.events ?? [], pedal: player?.pedal ?? [] }, model: [] },
    { channel, signal: stop.signal, members: models.map((track) => memberOf(track, channel)) },
  );
  closeOnSignal(async () => {
    stop.abort();
    await playing;
  });
  await playing;
  // The signal's handler ends the program.
  if (stop.signal.aborted) await new Promise<never>(() => {});
}

/** A model without an instrument of its own sounds on the channel of the player, as it did when it was played. */
function memberOf({ name, channel, program, events }: TakeTrack, own: number) {
  const at = program === undefined ? own : channel;
  const voice = { id: 'all', name, channel: at + 1, ...(program !== undefined && { program: program + 1 }) };
  return { id: name, voices: [voice], notes: events };
}
