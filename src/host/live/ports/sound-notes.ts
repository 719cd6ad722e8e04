import { setTimeout } from 'node:timers/promises';
import type { Voice } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import type { OutputPort } from '../../../midi/index.js';
import { eventsOf } from '../../../music/events.js';
import type { Note, Performance } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import { LEAD } from '../../../session/commands.js';
import { NoteLedger, type SoundingPitches } from '../../../session/ledger.js';
import { monotonic } from '../clock.js';
import { PortOutput } from '../engine/worker-output.js';

/** Longer waits are split into waits of this length; a signal ends them at once. */
const LONGEST_WAIT: Seconds = 60;

/** A further member of a band; `channel`: of its percussion, 1 to 16, or of its first voice. */
interface RecordedMember {
  readonly id: string;
  readonly channel: number;
  readonly notes: readonly Note[];
}

/**
 * Plays two recorded voices on one channel of a port (0 to 15), in real time from the first note; a pitch held by both ends when
 * the last one releases it. The further members of a band play on channels of their own. At the end, or when `signal` aborts, everything is silenced and the port is closed. Throws PORT_LOST.
 */
export async function soundNotes(
  port: OutputPort,
  voices: Readonly<Record<Voice, Performance>>,
  {
    channel = 0,
    signal,
    members = [],
  }: {
    readonly channel?: number;
    readonly signal?: AbortSignal;
    readonly members?: readonly RecordedMember[];
  } = {},
): Promise<void> {
  let lost: string | null = null;
  const ofMembers = members.map((member) => [{ ...member, name: member.id }]);
  const fails = (name: string) => {
    lost = name;
  };
  const output = new PortOutput(channel, fails, undefined, [[], ...ofMembers]);
  output.use(port);
  const sounding: SoundingPitches = new Map();
  const ledger = new NoteLedger(output, { sounding, member: LEAD });
  const events = (['player', 'model'] as const)
    .flatMap((voice) => eventsOf(voices[voice]).map((event) => ({ voice, event, ledger })))
    .concat(
      members.flatMap(({ id, notes }, index) => {
        const ledger = new NoteLedger(output.ofMember(index), { sounding, member: id });
        return eventsOf({ notes, pedal: [] }).map((event) => ({ voice: 'model' as const, event, ledger }));
      }),
    )
    .sort((one, other) => one.event.time - other.event.time);
  const first = events.find(({ event }) => event.type === 'noteOn')?.event.time ?? 0;
  const begun = monotonic();
  try {
    for (const { voice, event, ledger } of events) {
      await until(begun + event.time - first, signal);
      if (signal?.aborted || lost !== null) break;
      if (event.type === 'noteOn') ledger.on(voice, event.pitch, event.velocity);
      else if (event.type === 'noteOff') ledger.off(voice, event.pitch);
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

/** Waits until a reading of {@link monotonic}, or for `signal`. */
async function until(time: Seconds, signal?: AbortSignal): Promise<void> {
  for (let left = time - monotonic(); left > 0 && !signal?.aborted; left = time - monotonic())
    await setTimeout(1000 * Math.min(left, LONGEST_WAIT), undefined, signal && { signal }).catch(() => {});
}
