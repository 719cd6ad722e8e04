import { uniform } from '../../model/random.js';
import { FOLLOWERS, type Follower } from '../../plugins/ensemble/codec/step.js';
import { type BandNetwork, DIGITS, drawFrom, otherLeader, playBand, type SongSteps } from './band.js';

/** How often followers change their gesture. */
export interface Changes {
  /** Share of steps in which each does. */
  readonly players: Readonly<Record<Follower, number>>;
  /** Share of steps in which the band does, where the leader's gesture has just changed, and where it has not. */
  readonly afterChange: number;
  readonly otherwise: number;
  /** How many steps pass from a change of the leader's to the band's next, in the mean; 1: the very next step. */
  readonly wait: number;
}

/** How the bands of songs change beside leaders, each step of whom is known when the band's is chosen. */
export function changesOf(bands: readonly Pick<SongSteps, 'leaders' | 'followers'>[]): Changes {
  const players = { counter: 0, chords: 0, bass: 0 };
  const after = { changed: [0, 0], same: [0, 0] };
  const waits: number[] = [];
  let steps = 0;
  for (const { leaders, followers } of bands) {
    let since: number[] = [];
    for (let at = 1; at < followers.length; at++, steps++) {
      const led = leaders[at] !== leaders[at - 1];
      const changed = followers[at] !== followers[at - 1];
      for (const player of FOLLOWERS)
        if (DIGITS[player](followers[at]!) !== DIGITS[player](followers[at - 1]!)) players[player]++;
      const count = led ? after.changed : after.same;
      count[0]! += Number(changed);
      count[1]!++;
      if (led) since.push(at);
      if (!changed) continue;
      waits.push(...since.map((begun) => at - begun + 1));
      since = [];
    }
  }
  const share = ([changed, all]: readonly number[]) => changed! / all!;
  return {
    players: { counter: players.counter / steps, chords: players.chords / steps, bass: players.bass / steps },
    afterChange: share(after.changed),
    otherwise: share(after.same),
    wait: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
  };
}

/** How bands of held-out leaders change: people's and the network's, beside their own leader and beside another song's. */
export interface Responses {
  readonly people: Changes;
  readonly peopleOtherLeader: Changes;
  readonly network: Changes;
  readonly networkOtherLeader: Changes;
  /** Share of bands that play otherwise within so many steps, where another leader takes over, all chance being the same. */
  readonly differWithin: Readonly<Record<number, number>>;
  readonly places: number;
}

/** Steps before another leader takes over, and after. */
const BEFORE = 32;
const AFTER = 16;
const WITHIN = [1, 2, 4, 8, 16] as const;

export function responses(
  network: BandNetwork,
  songs: readonly SongSteps[],
  { seed, bands }: { readonly seed: number; readonly bands: number },
  progress: (share: number) => void,
): Responses {
  const chosen = songs.slice(0, bands);
  const others = (all: readonly Pick<SongSteps, 'leaders' | 'followers'>[]) =>
    all.map(({ followers }, song) => ({ followers, leaders: otherLeader(songs, song, followers.length) }));
  const played = chosen.map(({ leaders }, song) => {
    progress(song / (2 * chosen.length));
    return {
      leaders,
      followers: playBand(network, leaders, (chances, step) => drawFrom(chances, uniform(seed, song, step))),
    };
  });
  const first: number[] = [];
  chosen.forEach((song, index) => {
    progress(0.5 + index / (2 * chosen.length));
    const places = Math.floor((song.followers.length - BEFORE - AFTER) / AFTER);
    for (let place = 0; place < places; place += 4)
      first.push(firstDifference(network, songs, { song: index, from: BEFORE + place * AFTER, seed }));
  });
  return {
    people: changesOf(chosen),
    peopleOtherLeader: changesOf(others(chosen)),
    network: changesOf(played),
    networkOtherLeader: changesOf(others(played)),
    differWithin: Object.fromEntries(
      WITHIN.map((steps) => [steps, first.filter((step) => step < steps).length / first.length]),
    ),
    places: first.length,
  };
}

/**
 * The first step in which a band plays otherwise because the leader of another song has taken over at `from`. Both bands have the
 * song until then, and after it the same random numbers, one for each choice (Gumbel's trick), so that they differ as little as their chances do.
 */
function firstDifference(
  network: BandNetwork,
  songs: readonly SongSteps[],
  { song, from, seed }: { readonly song: number; readonly from: number; readonly seed: number },
): number {
  const { leaders, followers } = songs[song]!;
  const own = leaders.slice(from - BEFORE, from + AFTER);
  const other = otherLeader(songs, song, from + AFTER).slice(from - BEFORE);
  const band = (leader: Int32Array) =>
    playBand(network, leader, (chances, step) =>
      step < BEFORE ? followers[from - BEFORE + step]! : likeliest(chances, seed + song, from + step),
    );
  const led = (taken: Int32Array) => Int32Array.from([...own.slice(0, BEFORE), ...taken.slice(BEFORE)]);
  const [one, two] = [band(own), band(led(other))];
  const first = one.findIndex((step, at) => step !== two[at]);
  return first < 0 ? AFTER : first - BEFORE;
}

/** A draw from chances: the largest of log chance + noise, the noise of each choice being its own. */
function likeliest(chances: Float64Array, seed: number, step: number): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let choice = 0; choice < chances.length; choice++) {
    const worth = Math.log(chances[choice]!) - Math.log(-Math.log(uniform(seed, step, choice)));
    if (worth > most) [best, most] = [choice, worth];
  }
  return best;
}
