import type { GivenPulse } from '../music/beats/tracker.js';
import type { Seconds } from '../music/units.js';
import type { BandMember } from './band-member.js';
import type { BandState } from './turn-state.js';

/** A pulse is shared anew where its pace differs by this share, or its beat lies so far off, as a share of a beat. */
const SAME_PACE = 0.01;
const SAME_BEAT = 0.04;
/** Beats of a bar; one of three is shared anew more often than need be. */
const BAR = 4;

/**
 * The pulse of a band: the first member that hears one shares it with the others, so that they have the same beats and bars. What is
 * heard changes only with what is fed, and it is compared only then, so it depends on the music, not on when somebody looks: a take need not
 * record it.
 */
export class SharedPulse {
  #from: BandMember | null = null;
  #pulse: GivenPulse | null = null;
  /** What was heard last, shared or not. */
  #heard: GivenPulse | null = null;
  /** When it was told last. */
  #toldAt: Seconds = Number.NEGATIVE_INFINITY;

  /** Shares what has changed by `now`. */
  update(members: readonly BandMember[], now: Seconds): void {
    const from = members.find(({ heardPulse }) => heardPulse !== null) ?? null;
    const pulse = from?.heardPulse ?? null;
    if (from === this.#from && isEqual(this.#heard, pulse)) return;
    this.#heard = pulse;
    // Who plays goes by what is told little by little: it is told again each bar, as long as what is heard changes.
    const lasts = pulse !== null && now - this.#toldAt < BAR * pulse.period;
    if (from === this.#from && isSame(this.#pulse, pulse, now) && (lasts || pulse === null)) return;
    this.#toldAt = now;
    [this.#from, this.#pulse] = [from, pulse];
    for (const member of members) this.tell(member, now);
  }

  /** What is shared, for another band to go on with. */
  save(): BandState['pulse'] {
    const heard = this.#heard;
    if (this.#from === null || this.#pulse === null || heard === null) return null;
    return { from: this.#from.id, pulse: this.#pulse, heard, toldAt: this.#toldAt };
  }

  load(shared: BandState['pulse'], members: readonly BandMember[]): void {
    this.#from = members.find(({ id }) => id === shared?.from) ?? null;
    this.#pulse = shared?.pulse ?? null;
    this.#heard = shared?.heard ?? null;
    this.#toldAt = shared?.toldAt ?? Number.NEGATIVE_INFINITY;
  }

  /** Tells a member what is shared: one whose session is a new one does not know it. */
  tell(member: BandMember, now: Seconds): void {
    const pulse = member === this.#from ? null : this.#pulse;
    member.run((session) => session.sharePulse(pulse, now));
  }
}

function isEqual(a: GivenPulse | null, b: GivenPulse | null): boolean {
  if (a === null || b === null) return a === b;
  return a.period === b.period && a.beatAt === b.beatAt && a.bar === b.bar;
}

/** Whether the beats around `now` are the same. */
function isSame(a: GivenPulse | null, b: GivenPulse | null, now: Seconds): boolean {
  if (a === null || b === null) return a === b;
  if (Math.abs(a.period / b.period - 1) > SAME_PACE || a.bar !== b.bar) return false;
  const nearest = ({ beatAt = 0, period }: GivenPulse, beats: number) =>
    beatAt + Math.round((now - beatAt) / (beats * period)) * beats * period;
  const barsOff = (nearest(a, BAR) - nearest(b, BAR)) / b.period;
  // Half-way between two beats, one may be nearest to the one before and one to the one after.
  const off = (nearest(a, 1) - nearest(b, 1)) / b.period;
  return (
    Math.abs(off - Math.round(off)) <= SAME_BEAT && Math.abs(barsOff - BAR * Math.round(barsOff / BAR)) < 0.5
  );
}
