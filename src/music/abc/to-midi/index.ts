import type { MidiPiece } from '../../midi/piece.js';
import { type WritableTrack, writeMidi } from '../../midi/write.js';
import type { Note } from '../../note.js';
import { type Key, midiOf } from '../key.js';
import { barLength, isCompound } from '../meter.js';
import { playedVoices } from '../played.js';
import { Accidentals } from '../sounding.js';
import { soundingDurations } from '../timing.js';
import type { Meter, Tune, TuneElement } from '../tune.js';
import { accompaniment } from './accompaniment.js';
import { liltedTimes, mannerOf, type PlayedBar, stressAt, tapLength } from './lilt.js';
import { gracesBefore, ornamented, type Sound } from './ornaments.js';
import { keySignatureOf, timeSignaturesOf } from './signatures.js';

const EPSILON = 1e-6;

/** MIDI velocity of an unstressed note. */
const VELOCITY = 78;
/** Plausible tempos, in eighth notes a minute. */
const SLOWEST = 20;
const FASTEST = 2000;
/** General MIDI program of the violin, counted from 0. */
const FIDDLE = 40;
/** General MIDI program of the steel-string guitar, counted from 0. */
const GUITAR = 25;
/** How much lower the velocity of a grace note is. */
const GRACE = 10;

/** A tune as it is played; times in seconds. */
interface PlayedTune {
  /** One track a voice, the tune's own notes first, then the accompaniment if any. */
  readonly tracks: readonly WritableTrack[];
  /** Quarter notes a minute at the beginning. */
  readonly bpm: number;
  readonly tempos: MidiPiece['tempos'];
  readonly signs: Signs;
}

type Signs = Pick<MidiPiece, 'timeSignatures' | 'keySignatures'>;

/** How to play a tune, apart from its lilt. */
export interface Playing {
  /** Leave out graces and ornaments. */
  readonly plain?: boolean;
  /** Add bass and chords on a track of their own, after the voices, where the tune has chord symbols. */
  readonly chords?: boolean;
}

/**
 * Plays a tune: all voices, with repeats, endings and parts expanded, at the tempo of Q: or of its type, with tempo
 * changes. `lilt` scales the lilt and stress of the tune's type, from 0 (as written, equally loud) to 1. Graces and
 * ornaments take their time from their note, and bar lines keep their times.
 */
export function playedTune(
  tune: Tune,
  lilt = 1,
  { plain = false, chords = false }: Playing = {},
): PlayedTune {
  const manner = mannerOf(tune.type, tune.meter);
  const speed = saidSpeed(tune.speed) ?? manner.taps * tapLength(manner, tune.meter);
  const orders = playedVoices(tune);
  const voices = (tune.voices ?? [tune]).map((voice, at) => {
    const { meter, body } = voice;
    const order = orders[at]!;
    return {
      key: voice.key,
      body,
      order,
      name: 'name' in voice ? voice.name : undefined,
      program: voice.program ?? FIDDLE,
      ...playedBars({ meter, body }, order),
    };
  });
  const clock = new TuneClock(speed, voices);
  const tracks = voices.map((voice, at): WritableTrack => {
    const played = liltedTimes(voice.times, voice.bars, manner, lilt);
    const name = voice.name ?? tune.titles[0] ?? '';
    const stress = (time: number, { origin, meter }: PlayedBar) =>
      VELOCITY + Math.round(lilt * stressAt(time - origin, meter, manner));
    const accidentals = new Accidentals(voice.key, tune.propagation);
    const seconds = played.map((time) => clock.at(time));
    const events = notesOf(voice, accidentals, { seconds, stress, plain });
    return { name, channel: channelOf(at), program: voice.program, events };
  });
  if (chords) tracks.push(...chordTracks(voices, clock));
  const { bars } = voices[0]!;
  return {
    tracks,
    bpm: speed / 2,
    tempos: clock.tempos,
    signs: {
      timeSignatures: timeSignaturesOf(bars, 1).map((sign) => ({ ...sign, time: clock.at(sign.time) })),
      keySignatures: keySignatureOf(tune.key),
    },
  };
}

/** The first voice of a tune as played, and its tempo at the beginning in quarter notes a minute. */
export function midiTrackOf(tune: Tune, lilt = 1): { track: WritableTrack; bpm: number; signs: Signs } {
  const { tracks, bpm, signs } = playedTune(tune, lilt);
  return { track: tracks[0]!, bpm, signs };
}

/** The bytes of a MIDI file of a tune, with its meter, key and title. */
export function tuneMidi(
  tune: Tune,
  lilt = 1,
  title = tune.titles[0] ?? '',
  playing: Playing = {},
): Uint8Array {
  const { tracks, tempos, signs } = playedTune(tune, lilt, playing);
  return writeMidi(tracks, { tempos, title, ...signs });
}

/** The MIDI channel of a voice, counted from 0. Skips channel 9, which General MIDI keeps for drums. */
function channelOf(voice: number): number {
  const channel = voice % 15;
  return channel < 9 ? channel : channel + 1;
}

/** The accompaniment to the chord symbols of the first voice that has any, as one track; else no track. */
function chordTracks(voices: readonly PlayedVoice[], clock: TuneClock): WritableTrack[] {
  for (const { body, order, times, bars } of voices) {
    const notes = accompaniment(body, order, times, bars);
    if (notes.length === 0) continue;
    const events = notes.map(({ pitch, velocity, from, to }) => ({
      ...{ pitch, velocity },
      start: clock.at(from),
      end: clock.at(to),
    }));
    return [{ name: 'chords', channel: channelOf(voices.length), program: GUITAR, events }];
  }
  return [];
}

/** A voice with the order in which its elements are played, and their times in eighth notes. */
interface PlayedVoice {
  /** The key at the beginning. */
  readonly key: Key;
  readonly body: readonly TuneElement[];
  readonly order: readonly number[];
  readonly times: readonly number[];
  readonly bars: readonly PlayedBar[];
  readonly barOf: readonly (number | undefined)[];
}

/** Maps eighth notes to seconds through the tempo changes of all voices. */
class TuneClock {
  readonly #changes: { from: number; seconds: number; speed: number }[];

  constructor(speed: number, voices: readonly PlayedVoice[]) {
    const said = voices
      .flatMap(({ body, order, times }) =>
        order.map((index, at) => ({ from: times[at]!, speed: saidSpeed(body[index]!.tempo?.eighths) })),
      )
      .filter((change): change is { from: number; speed: number } => change.speed !== undefined)
      .sort((a, b) => a.from - b.from);
    this.#changes = [{ from: 0, seconds: 0, speed }];
    for (const { from, speed } of said) {
      const last = this.#changes.at(-1)!;
      if (speed === last.speed) continue;
      if (from - last.from < EPSILON) this.#changes.pop();
      this.#changes.push({ from, seconds: last.seconds + ((from - last.from) * 60) / last.speed, speed });
    }
  }

  at(time: number): number {
    const { from, seconds, speed } =
      this.#changes.findLast((change) => change.from <= time) ?? this.#changes[0]!;
    return seconds + ((time - from) * 60) / speed;
  }

  get tempos(): MidiPiece['tempos'] {
    return this.#changes.map(({ seconds, speed }) => ({ time: seconds, bpm: speed / 2 }));
  }
}

/**
 * The value in force at each element in written order, so that a repeat starts with the value written there. (element)
 */
function writtenAt<T>(
  body: readonly TuneElement[],
  top: T,
  said: (element: TuneElement) => T | undefined,
): T[] {
  let holding = top;
  return body.map((element) => {
    const now = said(element);
    if (now !== undefined) holding = now;
    return holding;
  });
}

function notesOf(
  { key, body, order, times, bars, barOf }: PlayedVoice,
  accidentals: Accidentals,
  {
    seconds,
    stress,
    plain,
  }: {
    /** When each element begins. (element as played) */
    readonly seconds: readonly number[];
    readonly stress: (time: number, bar: PlayedBar) => number;
    readonly plain: boolean;
  },
): Note[] {
  const notes: Note[] = [];
  /** Pitches tied from the note before, with their index in `notes`. */
  let tied = new Map<number, number>();
  const keys = writtenAt(body, key, (element) => (element.kind === 'key' ? element.key : undefined));
  for (const [at, index] of order.entries()) {
    const element = body[index]!;
    if (at > 0 && index !== order[at - 1]! + 1) {
      accidentals.barLine();
      accidentals.setKey(keys[index]!);
    }
    accidentals.pass(element);
    for (const { pitch } of element.graces?.notes ?? []) accidentals.sound(pitch, false);
    const next = new Map<number, number>();
    const [start, end, bar] = [seconds[at]!, seconds[at + 1]!, bars[barOf[at]!]!];
    const written = pitchesOf(element).map(({ pitch, tie }) => {
      const sounding = inRange(midiOf(pitch.step, accidentals.sound(pitch, tie)) + (element.shift ?? 0));
      return { pitch, tie, sounding };
    });
    const top = topOf(written);
    const velocity = written.length > 0 || element.kind === 'rest' ? stress(times[at]!, bar) : VELOCITY;
    const length = {
      eighths: times[at + 1]! - times[at]!,
      seconds: end - start,
      threes: isCompound(bar?.meter ?? null),
    };
    const common = { element, shift: element.shift ?? 0, accidentals, ...length };
    if (!plain && element.kind === 'rest' && end > start)
      for (const { pitch, from, to } of gracesBefore(common))
        notes.push({
          ...{ pitch: inRange(pitch), velocity: velocity - GRACE },
          ...{ start: start + from * (end - start), end: start + to * (end - start) },
        });
    for (const [voice, { pitch, tie, sounding }] of written.entries()) {
      // Only the highest note of a chord, the melody, is ornamented, and not where the ornament would strike a note that
      // the chord holds.
      const others = written.filter((_, other) => other !== voice);
      const wanted =
        plain || voice !== top ? undefined : ornamented({ ...common, pitch: sounding, step: pitch.step });
      const sounds = wanted?.some((sound) => others.some((other) => other.sounding === inRange(sound.pitch)))
        ? undefined
        : wanted;
      // An ornament on a tied note strikes it again.
      const before = sounds ? undefined : tied.get(sounding);
      const place = before ?? notes.length;
      const begun = before === undefined ? { start, velocity } : notes[before]!;
      notes[place] = { pitch: sounding, velocity: begun.velocity, start: begun.start, end };
      if (sounds) ornament(notes, place, sounds);
      if (tie) next.set(sounding, sounds ? notes.length - 1 : place);
    }
    if (times[at + 1]! > times[at]!) {
      accidentals.noteEnds();
      tied = next;
    }
  }
  return notes;
}

/** Replaces a note by the sounds of an ornament. The last sound, which a tie may lengthen, becomes the last note. */
function ornament(notes: Note[], place: number, sounds: readonly Sound[]): void {
  const { start, end, velocity } = notes[place]!;
  const at = (share: number) => start + share * (end - start);
  notes.splice(
    place,
    1,
    ...sounds.map(({ pitch, from, to, grace }) => ({
      pitch: inRange(pitch),
      velocity: grace ? velocity - GRACE : velocity,
      start: at(from),
      end: to === 1 ? end : at(to),
    })),
  );
}

function topOf(written: readonly { readonly pitch: { readonly step: number } }[]): number {
  const steps = written.map(({ pitch }) => pitch.step);
  return steps.indexOf(Math.max(...steps));
}

/** Moves a pitch outside MIDI's range by octaves to the nearest one inside. */
function inRange(pitch: number): number {
  if (pitch < 0) return pitch + 12 * Math.ceil(-pitch / 12);
  return pitch > 127 ? pitch - 12 * Math.ceil((pitch - 127) / 12) : pitch;
}

/** Eighth notes a minute; undefined where the tempo is implausible. */
function saidSpeed(speed: number | undefined): number | undefined {
  return speed !== undefined && speed >= SLOWEST && speed <= FASTEST ? speed : undefined;
}

/**
 * When each element of `order` begins as written, in eighth notes (the last time is the end), and the bars that they lie
 * in. A short bar is completed by the bar played after it; one that nothing completes is a pickup where it is the first
 * or a full bar follows.
 */
function playedBars(tune: Pick<Tune, 'body' | 'meter'>, order: readonly number[]) {
  const durations = soundingDurations(tune.body);
  const times = [0];
  const stretchOf: number[] = [];
  const stretches: { from: number; to: number; meter: Meter | null }[] = [];
  const meters = writtenAt<{ readonly meter: Meter | null }>(tune.body, { meter: tune.meter }, (element) =>
    element.kind === 'meter' ? element : undefined,
  );
  let { meter } = tune;
  let from = 0;
  let time = 0;
  const close = () => {
    if (time > from) stretches.push({ from, to: time, meter });
    from = time;
  };
  for (const index of order) {
    const element = tune.body[index]!;
    if (element.kind === 'bar' || element.kind === 'volta' || meters[index]!.meter !== meter) close();
    ({ meter } = meters[index]!);
    stretchOf.push(stretches.length);
    time += durations[index]!.num / durations[index]!.den;
    times.push(time);
  }
  close();
  const bars: PlayedBar[] = [];
  const barOfStretch: number[] = [];
  /** How far into its bar the last stretch reaches, in eighths; 0 where that bar is full. */
  let reached = 0;
  for (const [place, stretch] of stretches.entries()) {
    const length = stretch.to - stretch.from;
    const full = stretch.meter ? barLength(stretch.meter) : undefined;
    const bar = full ? full.num / full.den : length;
    const next = stretches[place + 1];
    const completes = reached > 0 && reached + length <= bar + EPSILON;
    const short = length < bar - EPSILON;
    const pickup = short && (place === 0 || (next !== undefined && next.to - next.from >= bar - EPSILON));
    const position = completes ? reached : pickup ? bar - length : 0;
    if (completes) bars.push({ ...bars.pop()!, to: stretch.to });
    else bars.push({ ...stretch, origin: stretch.from - position });
    barOfStretch.push(bars.length - 1);
    reached = position + length < bar - EPSILON ? position + length : 0;
  }
  return { times, bars, barOf: stretchOf.map((stretch) => barOfStretch[stretch]) };
}

function pitchesOf(element: TuneElement) {
  if (element.kind === 'note') return [element];
  if (element.kind !== 'chord') return [];
  return element.notes.map(({ pitch, tie }) => ({ pitch, tie: tie || element.tie }));
}
