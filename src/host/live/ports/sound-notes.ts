import { setTimeout } from 'node:timers/promises';
import type { Voice } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import type { OutputPort } from '../../../midi/index.js';
import { eventsOf } from '../../../music/events.js';
import type { Performance, PerformanceEvent } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';
import { LEAD } from '../../../session/commands.js';
import { NoteLedger, type SoundingPitches } from '../../../session/ledger.js';
import type { PlayedNote } from '../../../session/played-notes.js';
import { monotonic } from '../clock.js';
import { PortOutput } from '../engine/worker-output.js';

/** Longer waits are split into waits of this length; a signal ends them at once. */
const LONGEST_WAIT: Seconds = 60;

/** A further member of a band. */
interface RecordedMember {
  readonly id: string;
  readonly voices: readonly PluginVoice[];
  readonly notes: readonly PlayedNote[];
}

/**
 * Plays two recorded voices on a channel of a port (0 to 15), in real time from the first note; a pitch held by both ends when
 * the last one releases it. `voices`: the instruments of the model, which play on their own channels, as the further members of a band do. At
 * the end, or when `signal` aborts, everything is silenced and the port is closed. Throws PORT_LOST.
 */
export async function soundNotes(
  port: OutputPort,
  played: { readonly player: Performance; readonly model: readonly PlayedNote[] },
  {
    channel = 0,
    signal,
    voices = [],
    members = [],
  }: {
    readonly channel?: number;
    readonly signal?: AbortSignal;
    readonly voices?: readonly PluginVoice[];
    readonly members?: readonly RecordedMember[];
  } = {},
): Promise<void> {
  let lost: string | null = null;
  const fails = (name: string) => {
    lost = name;
  };
  const output = new PortOutput(channel, fails, undefined, [
    voices,
    ...members.map((member) => member.voices),
  ]);
  output.use(port);
  const sounding: SoundingPitches = new Map();
  const ledger = new NoteLedger(output, { sounding, member: LEAD });
  const events: SoundedEvent[] = [
    ...eventsOf(played.player).map((event) => ({ voice: 'player' as const, event, ledger })),
    ...ofModel(played.model, ledger),
    ...members.flatMap(({ id, notes }, index) =>
      ofModel(notes, new NoteLedger(output.ofMember(index), { sounding, member: id })),
    ),
  ].sort((one, other) => one.event.time - other.event.time);
  const first = events.find(({ event }) => event.type === 'noteOn')?.event.time ?? 0;
  const begun = monotonic();
  try {
    for (const { voice, event, ledger, part } of events) {
      await until(begun + event.time - first, signal);
      if (signal?.aborted || lost !== null) break;
      if (event.type === 'noteOn') ledger.on(voice, event.pitch, event.velocity, part);
      else if (event.type === 'noteOff') ledger.off(voice, event.pitch, part);
      else output.pedal(event.down);
    }
  } finally {
    ledger.silence();
    output.use(null);
  }
  if (lost !== null)
    throw new ContinuoError(
      'PORT_LOST',
      `The MIDI output ${lost} went away.`,
      'continuo ports lists what is there.',
    );
}

interface SoundedEvent {
  readonly voice: Voice;
  readonly event: PerformanceEvent;
  readonly ledger: NoteLedger;
  readonly part?: string | undefined;
}

/** The events of a model's notes, each with its instrument. */
function ofModel(notes: readonly PlayedNote[], ledger: NoteLedger): SoundedEvent[] {
  return [...new Set(notes.map(({ part }) => part))].flatMap((part) => {
    const own = notes.filter((note) => note.part === part);
    return eventsOf({ notes: own, pedal: [] }).map((event) => ({ voice: 'model', event, ledger, part }));
  });
}

/** Waits until a reading of {@link monotonic}, or for `signal`. */
async function until(time: Seconds, signal?: AbortSignal): Promise<void> {
  for (let left = time - monotonic(); left > 0 && !signal?.aborted; left = time - monotonic())
    await setTimeout(1000 * Math.min(left, LONGEST_WAIT), undefined, signal && { signal }).catch(() => {});
}
