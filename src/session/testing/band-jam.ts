import fc from 'fast-check';
import { Band } from '../band.js';
import type { BandParts, MemberParts } from '../band-parts.js';
import { MODES, type Mode, type SessionCommand } from '../commands.js';
import type { SessionEvent } from '../events.js';
import type { Output } from '../ledger.js';
import { type ReplayMember, type ReplayParts, replayTake } from '../replay.js';
import type { TakeRecord } from '../take.js';
import { COMMANDS, performer } from './jam.js';

/** The further members of the bands of the tests. */
export const OTHERS = ['second', 'third'] as const;

/** What a synth of several channels would hold. */
export class ChannelSynth {
  readonly sounding = new Set<string>();
  readonly faults: string[] = [];

  /** The output of a member: its notes on a channel, and the player's on another. */
  of(channel: number): Output {
    return {
      channelOf: (voice) => (voice === 'player' ? 0 : channel),
      noteOn: (pitch, _velocity, voice) => this.#begin(voice === 'player' ? 0 : channel, pitch),
      noteOff: (pitch, of = 0) => this.#end(of, pitch),
      silence: () => {
        if (this.sounding.size > 0) this.faults.push(`${[...this.sounding]} left to "all notes off"`);
      },
    };
  }

  #begin(channel: number, pitch: number): void {
    const note = `${channel} ${pitch}`;
    if (this.sounding.has(note)) this.faults.push(`${note} begun twice`);
    this.sounding.add(note);
  }

  #end(channel: number, pitch: number): void {
    if (!this.sounding.delete(`${channel} ${pitch}`)) this.faults.push(`${channel} ${pitch} ended twice`);
  }
}

type Performing = Omit<MemberParts, 'output' | 'mode'>;

/** A band whose members differ in their random numbers, with everything that it says. */
export function bandJam(
  modes: readonly Mode[],
  {
    shared = false,
    performers = modes.map((_, index) => performer(7 + index)),
    ...overrides
  }: Partial<BandParts> & { readonly shared?: boolean; readonly performers?: readonly Performing[] } = {},
) {
  const synth = new ChannelSynth();
  const events: SessionEvent[] = [];
  const records: TakeRecord[] = [];
  const band = new Band({
    members: modes.map((mode, index) => ({
      ...performers[index]!,
      ...{ mode, output: synth.of(shared ? 0 : index + 1) },
      ...(index > 0 && { id: OTHERS[index - 1]! }),
    })),
    time: 0,
    emit: (event) => events.push(event),
    record: (record) => records.push(record),
    ...overrides,
  });
  return { band, synth, events, records };
}

/** Replays a take of {@link bandJam}. */
export function replayBand(
  records: readonly TakeRecord[],
  modes: readonly Mode[],
  parts: Partial<ReplayParts> & { readonly performers?: readonly Performing[] } = {},
) {
  const { performers = modes.map((_, index) => performer(7 + index)), ...rest } = parts;
  const [first, ...others] = modes.map((mode, index) => ({ ...performers[index]!, mode }));
  const members = others.map((other, index): ReplayMember => ({ ...other, id: OTHERS[index]! }));
  return replayTake(records, { ...first!, time: 0, others: members, ...rest });
}

/** Commands for all, and for one member. */
export const BAND_COMMANDS: readonly SessionCommand[] = [
  ...COMMANDS,
  ...OTHERS.slice(0, 1).flatMap((member): SessionCommand[] => [
    { type: 'takeBack', member },
    { type: 'again', member },
    { type: 'reset', member },
    { type: 'mute', muted: true, member },
    { type: 'mute', muted: false, member },
    ...MODES.map((mode) => ({ type: 'mode', mode, member }) as const),
  ]),
];

/** Modes of a band of two or three. */
export const bandModes = fc.array(fc.constantFrom(...MODES), { minLength: 2, maxLength: 3 });

/** Has the band look at the clock every so often until `time`. Returns when it looked last. */
export function lookUntil(band: Band, from: number, time: number, every: number): number {
  let now = from;
  for (; now < time; now += every) band.advance(now);
  return now;
}
