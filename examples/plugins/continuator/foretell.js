import { gapOf, lastOf, OFF, ON, PHASES, phaseOf, REACH, SHIFT, soundingOf } from './phrases.js';

const PITCHES = 128;
/** The keys that there are tokens for. */
const [LOWEST, HIGHEST] = [21, 108];
const BINS = 16;
const LONGEST = 100; // steps of a shift
const RUNGS = 20;
const REGISTERS = 8;
const REGION = 2; // semitones
const SPREAD = 40;

/** So many events heard on a rung count as much as all that the rungs below say; on a rung that few events reach, fewer do. */
const DOUBT = { kinds: 8, pitches: 40, steps: 20, ends: 8, velocities: 4 };
const HIGH_RUNG = 6;
const LESS_DOUBT = 0.25;
/** Share of the loudness of the last note in that of the next one. */
const LIKE_LAST = [0.4, 0.2, 0.1]; // (bins apart)
/** By `forget`: after so many events, what was played counts for half. */
const HALF_LIVES = [Number.POSITIVE_INFINITY, 8192, 4096, 2048, 1024, 512];
const DECAYS = HALF_LIVES.map((events) => 1 - Math.LN2 / events);

/**
 * How likely each event is to come next. Each event of the phrases is as good a guide as what came before it resembles what came last:
 * it stands on a rung, from the same notes in the same place of the rhythm down to anything at all. On each rung, what the rung has
 * heard is mixed with what the rungs below say, by how much it has heard; so the longest match leads, and where there is none the next
 * shorter one does, down to a quiet imitation of the last note.
 */
export class Foretelling {
  /** Share of the kinds. (kind) */
  kinds = new Float64Array(3);
  /** Share of onsets. (pitch) */
  pitches = new Float64Array(PITCHES);
  /** Share of an onset's velocities. (pitch, bin) */
  velocities = new Float64Array(PITCHES * BINS);
  /** Share of shifts. (steps) */
  steps = new Float64Array(LONGEST + 1);
  /** Share of ends. (pitch) */
  ends = new Float64Array(PITCHES);

  #byPlace = new Uint8Array(2 * REACH); // rung (event)
  #byPitch = new Uint8Array(2 * REACH); // rung (event)
  #registers = new Float64Array(REGISTERS * BINS);
  #worth = Array.from({ length: 4 }, () => new Float64Array(RUNGS)); // (ladder, rung)
  #levels = new Uint8Array(PHASES);
  #again = new Float64Array(PITCHES);
  /** Shifts as they were heard. (steps) */
  #lengths = new Float64Array(LONGEST + 1);

  /** Fills the shares for `voice`: 'own', or 'heard' for what the player would do. */
  of(memory, voice = 'own') {
    const sounding = memory[voice];
    for (const shares of [this.kinds, this.pitches, this.velocities, this.steps, this.ends, this.#registers])
      shares.fill(0);
    this.#lengths.fill(0);
    const left = this.#climb(memory, sounding);
    this.#gather(memory, sounding);
    this.#addPrior(memory, sounding, left);
    if (voice === 'own') this.#goOn(memory.struck);
    this.#settle(memory, sounding);
    return this;
  }

  /** Likeness of each phase to the present one. (phase) */
  #likeNow(now) {
    for (let phase = 0; phase < PHASES; phase++) this.#levels[phase] = likeness(phase, now);
    return this.#levels;
  }

  /** Finds the rung of each event, and what an event on each rung is worth. Returns what is left for the prior, a ladder each. */
  #climb(memory, sounding) {
    const { log, length, latest, order } = memory;
    const { before, pitches, phase } = log;
    const [byPlace, byPitch] = [this.#byPlace, this.#byPitch];
    const levels = this.#likeNow(phaseOf(memory.last, memory.gap, sounding.length));
    const decay = DECAYS[memory.forget];
    for (const worth of this.#worth) worth.fill(0);
    const [kinds, ...each] = this.#worth;
    let weight = 1;
    for (let at = length - 1, end = Math.max(0, length - REACH); at >= end; at--) {
      const last = before[at] - 1;
      let matched = 0;
      while (matched < order && matched <= last && pitches[last - matched] === latest[matched]) matched++;
      const near = matched > 0 || (last >= 0 && Math.abs(pitches[last] - latest[0]) <= REGION);
      const level = levels[phase[at]];
      const alike = level >> 2;
      const close = near ? 1 : 0;
      // For kinds, lengths and ends: where in the rhythm first, then which notes. For pitches: which notes first, then chord or line.
      const place = (level & 3) < 3 ? level & 3 : 3 + close + matched;
      const pitch = matched > 0 ? 1 + 2 * matched + alike : alike + close;
      byPlace[at] = place;
      byPitch[at] = pitch;
      kinds[place] += weight;
      const kind = log.kind[at];
      each[kind][kind === ON ? pitch : place] += weight;
      weight *= decay;
    }
    return {
      kinds: weigh(kinds, DOUBT.kinds),
      pitches: weigh(each[ON], DOUBT.pitches),
      ends: weigh(each[OFF], DOUBT.ends),
      steps: weigh(each[SHIFT], DOUBT.steps),
    };
  }

  /** Adds up what the events say, each by its worth. */
  #gather(memory, sounding) {
    const { log, length } = memory;
    const { kind: sorts, value, extra } = log;
    const [byPlace, byPitch, shares] = [this.#byPlace, this.#byPitch, this.kinds];
    const decay = DECAYS[memory.forget];
    const [kinds, ons, offs, shifts] = this.#worth;
    let weight = 1;
    for (let at = length - 1, end = Math.max(0, length - REACH); at >= end; at--) {
      const kind = sorts[at];
      const place = byPlace[at];
      shares[kind] += weight * kinds[place];
      if (kind === ON) this.#addOnset(value[at], extra[at], weight * ons[byPitch[at]], weight);
      else if (kind === SHIFT) this.#lengths[value[at]] += weight * shifts[place];
      else if (sounding.length > 0) {
        const same = sounding.indexOf(extra[at]);
        const meant = same >= 0 ? same : Math.max(0, sounding.length - 1 - value[at]);
        this.ends[sounding[meant]] += weight * offs[place];
      }
      weight *= decay;
    }
    for (let steps = 1; steps <= LONGEST; steps++)
      if (this.#lengths[steps] > 0) this.#addShift(steps, this.#lengths[steps]);
  }

  #addOnset(pitch, bin, share, weight) {
    this.pitches[pitch] += share;
    const register = (pitch >> 4) * BINS;
    for (let near = Math.max(0, bin - 1); near <= Math.min(BINS - 1, bin + 1); near++) {
      const part = near === bin ? 0.5 : 0.25;
      this.velocities[pitch * BINS + near] += share * part;
      this.#registers[register + near] += weight * part;
    }
  }

  /** Nobody keeps time to a hundredth of a second: lengths close by are as likely. */
  #addShift(steps, share) {
    const width = 1 + (steps >> 3);
    this.steps[steps] += share / 2;
    const part = share / 2 / (2 * width + 1);
    for (let near = steps - width; near <= steps + width; near++)
      this.steps[Math.min(LONGEST, Math.max(1, near))] += part;
  }

  /** What comes where nothing was heard that says more: notes near the last one, softer than it, a quarter of a second apart. */
  #addPrior(memory, sounding, left) {
    const { last, gap, latest } = memory;
    const soon = gap >= 25 || last === SHIFT;
    this.kinds[ON] += left.kinds * (soon && sounding.length < 2 ? 0.5 : 0.1);
    this.kinds[OFF] += left.kinds * (soon ? 0.4 : 0.1);
    this.kinds[SHIFT] += left.kinds * (soon ? 0.1 : 0.8);
    // Half-way back to the player, so that it does not wander off.
    const centre = ((latest[0] ?? 60) + (memory.pitch ?? 60)) >> 1;
    let total = 0;
    const likely = (pitch) => 1 / (SPREAD + (pitch - centre) * (pitch - centre) * Math.abs(pitch - centre));
    for (let pitch = LOWEST; pitch <= HIGHEST; pitch++) total += likely(pitch);
    for (let pitch = LOWEST; pitch <= HIGHEST; pitch++)
      this.pitches[pitch] += (left.pitches * likely(pitch)) / total;
    for (let steps = 1; steps <= LONGEST; steps++)
      this.steps[steps] += left.steps * (0.5 / LONGEST + (steps >= 16 && steps < 36 ? 0.5 / 20 : 0));
    for (const pitch of sounding) this.ends[pitch] += (left.ends + 1e-6) / sounding.length;
    const quiet = memory.bin < 0 ? 5 : Math.max(2, memory.bin - 1);
    for (let register = 0; register < REGISTERS; register++)
      for (let bin = 0; bin < BINS; bin++)
        this.#registers[register * BINS + bin] += 0.3 / (1 + (bin - quiet) * (bin - quiet));
  }

  /** What it has said itself after the last three notes, it says the less again, so that it does not go round in one figure. */
  #goOn(struck) {
    const end = struck.length;
    if (end < 4) return;
    this.#again.fill(0);
    let any = false;
    for (let at = 3; at < end; at++) {
      if (struck[at - 1] !== struck[end - 1] || struck[at - 2] !== struck[end - 2]) continue;
      if (struck[at - 3] !== struck[end - 3]) continue;
      this.#again[struck[at]]++;
      any = true;
    }
    if (!any) return;
    for (let pitch = 0; pitch < PITCHES; pitch++) {
      const times = 1 + this.#again[pitch];
      this.pitches[pitch] /= times * times;
    }
  }

  /** Nothing that cannot come, and all shares of a sort add up to 1. */
  #settle(memory, sounding) {
    if (memory.last === SHIFT) this.kinds[SHIFT] = 0;
    if (sounding.length === 0) this.kinds[OFF] = 0;
    for (const pitch of memory.heard) this.pitches[pitch] = 0;
    for (const pitch of memory.own) this.pitches[pitch] = 0;
    normalise(this.kinds, 0, 3);
    normalise(this.pitches, 0, PITCHES);
    normalise(this.steps, 0, LONGEST + 1);
    if (sounding.length > 0) normalise(this.ends, 0, PITCHES);
    this.#settleVelocities(memory.bin);
  }

  #settleVelocities(last) {
    for (let from = 0; from < this.#registers.length; from += BINS) {
      normalise(this.#registers, from, BINS);
      for (let bin = 0; bin < BINS && last >= 0; bin++)
        this.#registers[from + bin] += LIKE_LAST[Math.abs(bin - last)] ?? 0;
      normalise(this.#registers, from, BINS);
    }
    for (let pitch = 0; pitch < PITCHES; pitch++) {
      const [from, register] = [pitch * BINS, (pitch >> 4) * BINS];
      let heard = 0;
      for (let bin = 0; bin < BINS; bin++) heard += this.velocities[from + bin];
      // `heard` is a share of all pitches', not a count.
      const own = heard / (heard + DOUBT.velocities / 40);
      for (let bin = 0; bin < BINS; bin++) {
        const said = heard > 0 ? this.velocities[from + bin] / heard : 0;
        this.velocities[from + bin] = own * said + (1 - own) * this.#registers[register + bin];
      }
    }
  }
}

/** How alike two places of the rhythm are, 0 to 3; and 4 more where both stand in a chord, or neither does. */
function likeness(phase, now) {
  const apart = Math.abs(gapOf(phase) - gapOf(now));
  const alike = gapOf(phase) < 2 === gapOf(now) < 2 ? 4 : 0;
  if (lastOf(phase) !== lastOf(now)) return alike;
  if (apart > 1) return alike + 1;
  return alike + (apart > 0 || soundingOf(phase) !== soundingOf(now) ? 2 : 3);
}

/**
 * Turns what was heard on each rung into what one event there is worth. All events of a rung and above have happened on that rung;
 * `doubt` events are worth as much as what all rungs below say. Returns the share that is left below the lowest.
 */
function weigh(rungs, doubt) {
  for (let rung = RUNGS - 2; rung >= 0; rung--) rungs[rung] += rungs[rung + 1];
  let left = 1;
  for (let rung = RUNGS - 1; rung >= 0; rung--) {
    const less = rung > HIGH_RUNG ? doubt * LESS_DOUBT : doubt;
    const all = rungs[rung] + less;
    rungs[rung] = left / all;
    left *= less / all;
  }
  for (let rung = 1; rung < RUNGS; rung++) rungs[rung] += rungs[rung - 1];
  return left;
}

function normalise(shares, from, count) {
  let sum = 0;
  for (let at = from; at < from + count; at++) sum += shares[at];
  for (let at = from; at < from + count; at++) shares[at] /= sum;
}
