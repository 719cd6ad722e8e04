import { followBeats } from '../../../music/beats/follow.js';
import { DRUM_CHANNEL } from '../../../music/midi/piece.js';
import type { WriteMidiOptions } from '../../../music/midi/write.js';
import type { Seconds } from '../../../music/units.js';
import { idOfRole } from '../../../plugin/params.js';
import type { TakeRecord } from '../../../session/take.js';
import { readDescriptor } from '../../plugins/plugins.js';
import type { Take } from '../read-take.js';
import { firstOf, lastOf, type TakeTrack } from './music.js';

/** How a take is laid out in a MIDI file. */
export interface TakeTempo extends Pick<WriteMidiOptions, 'tempos' | 'timeSignatures'> {
  /** The session time at which the file begins: a beat at or before the first note, where there are beats. */
  readonly origin: Seconds;
  /** Where the beats come from: given by the player (tapped, a MIDI clock, the count-in), heard in the notes, or from nowhere. */
  readonly beats: 'given' | 'heard' | 'none';
}

type Pulse = { readonly time: Seconds; readonly beat: Seconds; readonly bar: boolean };

/** A note so little before a beat is on it: a MIDI file rounds its times. */
const NEAR: Seconds = 0.002;
/** Tempos that differ by less than this share are one. */
const SAME_TEMPO = 1e-3;
/** In longer takes no beats are looked for where none were given. */
const MOST_NOTES = 50_000;

/** Tempo and meter of a take: the beats that were given, else those heard in its notes. */
export async function tempoOf(take: Take | null, tracks: readonly TakeTrack[]): Promise<TakeTempo> {
  const first = firstOf(tracks);
  const pulses = pulsesIn(take?.records ?? []);
  const meters = take === null ? [] : await metersOf(take);
  const found = pulses.length > 0 ? givenBeats(pulses, first) : heardBeat(tracks, first);
  const { origin } = found;
  return {
    ...found,
    ...(meters.length > 0 && {
      timeSignatures: meters.map(({ time, numerator }) => ({
        time: Math.max(0, time - origin),
        ...{ numerator, denominator: 4 },
      })),
    }),
  };
}

/** Changes of the player's beats; beats given again in the same tempo are left out. */
function pulsesIn(records: readonly TakeRecord[]): Pulse[] {
  const pulses: Pulse[] = [];
  for (const record of records) {
    if (record.type !== 'command' || record.command.type !== 'pulse' || record.command.beat === 0) continue;
    const { beat, bar } = record.command;
    const before = pulses.at(-1);
    if (before === undefined || before.beat !== beat || bar) pulses.push({ time: record.time, beat, bar });
  }
  return pulses;
}

function givenBeats(pulses: readonly Pulse[], first: Seconds): TakeTempo {
  const begun = pulses.findLast(({ time }) => time <= first + NEAR) ?? pulses[0]!;
  const origin = Math.max(0, begun.time + Math.floor((first - begun.time + NEAR) / begun.beat) * begun.beat);
  const tempos: { time: Seconds; bpm: number }[] = [{ time: 0, bpm: 60 / begun.beat }];
  for (const { time, beat } of pulses)
    if (time > origin && tempos.at(-1)!.bpm !== 60 / beat)
      tempos.push({ time: time - origin, bpm: 60 / beat });
  return { origin, tempos, beats: 'given' };
}

function heardBeat(tracks: readonly TakeTrack[], first: Seconds): TakeTempo {
  const notes = tracks
    .filter(({ channel }) => channel !== DRUM_CHANNEL)
    .flatMap(({ events }) => [...events])
    .sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  const nothing: TakeTempo = { origin: first, beats: 'none' };
  if (notes.length < 2 || notes.length > MOST_NOTES) return nothing;
  const map = followBeats(notes, lastOf(tracks));
  if (map === null || map.beats.length < 2) return nothing;
  return { ...alongBeats(map.beats, first), beats: 'heard' };
}

/** The tempo of each beat, so that the file's beats are those of the music. The first beat's goes on before it. */
function alongBeats(beats: readonly Seconds[], first: Seconds): Pick<TakeTempo, 'origin' | 'tempos'> {
  const pace = beats[1]! - beats[0]!;
  const before = beats.findLast((beat) => beat <= first + NEAR) ?? beats[0]!;
  const origin = Math.max(0, before + Math.min(0, Math.floor((first - before) / pace)) * pace);
  const tempos: { time: Seconds; bpm: number }[] = [];
  for (const [index, beat] of beats.slice(0, -1).entries()) {
    const bpm = 60 / (beats[index + 1]! - beat);
    if (tempos.length === 0 || beat <= origin) tempos[0] = { time: 0, bpm };
    else if (Math.abs(bpm / tempos.at(-1)!.bpm - 1) > SAME_TEMPO) tempos.push({ time: beat - origin, bpm });
  }
  return { origin, tempos };
}

/** How many beats a bar has, where the plugin says so by a parameter with the role `meter`. */
async function metersOf({ header, records }: Take): Promise<{ time: Seconds; numerator: number }[]> {
  const descriptor = await readDescriptor(header.setup.plugin).catch(() => null);
  const id = descriptor && idOfRole(descriptor.params, 'meter');
  if (!descriptor || id === undefined || id === null) return [];
  const meters = [{ time: 0, numerator: Number(descriptor.params[id]!.default) }];
  for (const record of records) {
    if (record.type !== 'command' || record.command.type !== 'param' || record.command.id !== id) continue;
    if (record.command.member !== undefined) continue;
    meters.push({ time: record.time, numerator: Number(record.command.value) });
  }
  return meters.filter(({ numerator }, at) => numerator >= 1 && numerator !== meters[at - 1]?.numerator);
}
