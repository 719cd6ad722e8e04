import type { Pitch, Seconds, Velocity } from '../units.js';
import { type BeatClock, beatAt, bent, paceAt, timeOfBeat } from './beat-clock.js';
import { type BeatFollower, EMPTY_FOLLOWER, followUntil, withHints } from './follow.js';
import type { Meter } from './meter.js';
import { type BeatHints, BeatTracker, type GivenPulse } from './tracker.js';

/** With less clarity, in nats an onset, no pulse is heard; and it is believed after so many of its beats. */
const UNCLEAR = 0.25;
const FEWEST_BEATS = 8;
/** Of what a heard pulse lies off those of who plays along, so much is made up for at each note; more than the most is another beat. */
const FOLLOWED = 0.3;
const MOST_OFF = 0.2;
/** A heard pulse whose pace is farther off is another one, twice as fast or by thirds. */
const SAME_PACE = 0.12;
const SAME_BEAT: Seconds = 0.001;

/** What was heard of the player's beats, and told. Never changed in place. */
export interface PulseEar {
  readonly followed: BeatFollower;
  readonly hints: BeatHints;
  /** What another one hears who plays along; null: nobody says. */
  readonly shared: GivenPulse | null;
}

/** Beats that somebody gave, or that are heard. */
export interface KnownPulse {
  /** A beat; one that begins a bar where `bar` says so. */
  readonly beat: Seconds;
  readonly bar: boolean;
  readonly pace: Seconds;
  readonly given: boolean;
}

export const NO_PULSE: PulseEar = { followed: EMPTY_FOLLOWER, hints: {}, shared: null };

/** With a note of the player's. Beats are looked for when a key comes up: what is due now does not wait for it. */
export function hearOnset<Ear extends PulseEar>(
  before: Ear,
  { time, pitch, velocity }: { readonly time: Seconds; readonly pitch: Pitch; readonly velocity: Velocity },
): Ear {
  const tracker = new BeatTracker(before.hints, before.followed.tracker);
  tracker.add({ start: time, pitch, velocity });
  const first = before.followed.first === null ? { first: time, next: time } : {};
  return { ...before, followed: { ...before.followed, ...first, tracker: tracker.state, news: true } };
}

/** Looks for the beats; it takes a while. */
export function catchUp<Ear extends PulseEar>(before: Ear, now: Seconds): Ear {
  return { ...before, followed: followUntil(before.followed, now, before.hints) };
}

/** Somebody gives the beats from `now` on, or no longer does. */
export function tellBeats<Ear extends PulseEar>(before: Ear, given: GivenPulse | null, now: Seconds): Ear {
  const heard = given?.heard === true;
  const { given: _, ...rest } = before.hints;
  const ear = { ...before, shared: heard ? given : null };
  // Who hears beats otherwise is no clock: the own tracker goes on.
  return heard ? withHint(ear, rest, now) : withHint(ear, given === null ? rest : { ...rest, given }, now);
}

export function countBars<Ear extends PulseEar>(before: Ear, meter: Meter, now: Seconds): Ear {
  return (before.hints.meter ?? 4) === meter ? before : withHint(before, { ...before.hints, meter }, now);
}

function withHint<Ear extends PulseEar>(before: Ear, hints: BeatHints, now: Seconds): Ear {
  return { ...before, hints, followed: withHints(before.followed, hints, now) };
}

/**
 * The beats that were given; else, where heard ones are to be followed, those that another one shares, or those that are heard. null where
 * there are none.
 */
export function pulseOf(
  { followed, hints, shared }: PulseEar,
  now: Seconds,
  follows: boolean,
): KnownPulse | null {
  const { given } = hints;
  if (given?.beatAt !== undefined)
    return { beat: given.beatAt, bar: given.bar === true, pace: given.period, given: true };
  if (follows && shared?.beatAt !== undefined)
    return { beat: shared.beatAt, bar: shared.bar === true, pace: shared.period, given: false };
  const { tracker, first } = followed;
  const { pulse } = tracker;
  if (!follows || pulse === null || first === null || pulse.clarity < UNCLEAR) return null;
  if (now - first < FEWEST_BEATS * pulse.period) return null;
  return { beat: pulse.bar, bar: true, pace: pulse.period, given: false };
}

/** The beats that are heard, and neither given nor shared, as of the last note; null where they are not to be followed, or none are sure. */
export function heardPulseOf({ followed }: PulseEar, follows: boolean): GivenPulse | null {
  const last = followed.tracker.onsets.at(-1);
  if (last === undefined) return null;
  const pulse = pulseOf({ followed, hints: {}, shared: null }, last.time, follows);
  return pulse && { period: pulse.pace, beatAt: pulse.beat, bar: pulse.bar, heard: true };
}

/** Whether who plays along can go over to a pulse beat by beat: to any that was given. */
export function keepsTime(clock: BeatClock, pulse: KnownPulse, now: Seconds): boolean {
  if (pulse.given) return true;
  const own = paceAt(clock, now);
  return (
    Math.abs(pulse.pace / own - 1) <= SAME_PACE && Math.abs(offOf(clock, pulse, now).off) <= MOST_OFF * own
  );
}

/** A clock that goes over to a pulse from its next beat on: to one that was given at once, to one that is heard little by little. */
export function bentTo(clock: BeatClock, pulse: KnownPulse, now: Seconds): BeatClock {
  const own = paceAt(clock, now);
  const { next, off } = offOf(clock, pulse, now);
  if (Math.abs(off) < SAME_BEAT && Math.abs(pulse.pace - own) < SAME_BEAT) return clock;
  if (pulse.given) return bent(clock, now, pulse.beat, pulse.pace);
  return bent(clock, now, next + FOLLOWED * off, own + FOLLOWED * (pulse.pace - own));
}

/** How much later than the clock's a pulse has its next beat. */
function offOf(clock: BeatClock, { beat, pace }: KnownPulse, now: Seconds): { next: Seconds; off: Seconds } {
  const next = timeOfBeat(clock, Math.floor(beatAt(clock, now) + 1e-9) + 1);
  return { next, off: beat + Math.round((next - beat) / pace) * pace - next };
}
