import type { Dropped } from '../../../music/abc/dropped.js';
import { type Key, keyText } from '../../../music/abc/key.js';
import { meterText } from '../../../music/abc/meter.js';
import type { Tune } from '../../../music/abc/tune.js';
import { writeAbc } from '../../../music/abc/write.js';
import { FolkGrammar } from '../codec/grammar.js';
import type { Placing } from '../codec/grammar-pitch.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { folkCodec } from '../codec/index.js';
import type { Remark } from '../critic/words.js';
import { GivenPlan } from '../plan/given.js';
import { PlannedGrammar } from '../plan/grammar.js';
import type { TuneModel } from './model.js';
import { withBarsOf } from './prime-text.js';
import type { ResolvedWish, TuneWish } from './rules.js';
import type { DraftStatistics } from './statistics.js';
import { type Rank, rankOf } from './structure.js';
import { saidTempo, tempoText } from './tempo-wish.js';
import { type Draft, makeDrafts, tuneOf } from './tune.js';

/** One kind of tune that is asked for. */
export interface Asked {
  readonly wish: TuneWish;
  readonly rules: ResolvedWish;
  /** Tokens that it begins with. */
  readonly prime: readonly number[];
  /** Of a tune that is gone on from: its Q:, where the order says none; its text, name and other fields. */
  readonly tempo?: string;
  readonly source?: string;
  readonly dropped?: Dropped;
  readonly titles?: readonly string[];
  readonly fields?: Tune['fields'];
}

export interface TuneOrder {
  /** What the tunes are in turn. */
  readonly asked: readonly Asked[];
  readonly count: number;
  /** Candidates of each tune. */
  readonly bestOf: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** T: of the tunes; of several, each has its number behind it. */
  readonly title?: string;
  /** As {@link requireTempo} takes it. */
  readonly tempo?: string;
  /** Particles that draw the end of each part; 1, where nothing is said: none are drawn ahead. */
  readonly lookAhead?: number;
  /** Says which candidates may be taken; for each other one the next branch is drawn. Ends the drawing by throwing. */
  readonly admits?: (made: Composed) => boolean;
  /** Bars are printed as they come: those of a tune that is gone on from are written anew as well. */
  readonly asWritten?: boolean;
  /** Gets the tokens so far as they come; the tunes are then made one after the other. */
  readonly heard?: (tokens: readonly number[], grammar: TuneGrammar) => void;
}

/** A tune, and which of its music the network made, piece by piece, where that is not all. */
export interface Composed {
  readonly tune: Tune;
  readonly fresh?: readonly Tune[];
}

export interface MadeTune extends Composed {
  /** X: */
  readonly x: number;
  readonly title: string;
  readonly type: string | null;
  readonly meter: string;
  readonly key: string;
  readonly abc: string;
  /** Words of the codec. */
  readonly tokens: string;
  /** Which of its candidates it is, counted from 1. */
  readonly candidate: number;
  readonly rank: Rank;
  /** What the critic of the model's folder has to say of it, where there is one. */
  readonly why?: readonly Remark[];
  /** Ranks of all candidates, in their order. */
  readonly candidates: readonly Rank[];
  readonly statistics: DraftStatistics;
  /** Where `abc` is the text of a tune given, edited: what that has lost. Where it is written anew: nothing. */
  readonly edited?: Dropped;
}

/** Branches of random numbers that a tune has for its candidates. */
export const BRANCHES = 4096;

/** Tunes in order, each the best of its candidates. Equal models and orders give equal tunes, whatever the count. */
export function* makeTunes(model: TuneModel, order: TuneOrder): Generator<MadeTune> {
  const { count, bestOf, temperature, topP, seed, heard } = order;
  const askedIn = (branch: number) => askedFor(order, Math.floor(branch / BRANCHES) + 1);
  const settings = {
    ...beginnings(model, askedIn),
    sampler: { temperature, topK: 0, topP },
    seed,
    lookAhead: order.lookAhead ?? 1,
    odds: model.odds,
  };
  const branches = Array.from(
    { length: count * bestOf },
    (_, index) => BRANCHES * Math.floor(index / bestOf) + (index % bestOf),
  );
  // One after the other where somebody listens to the tokens.
  const groups = heard ? branches.map((branch) => [branch]) : [branches];
  const drafts = draftsOf(groups.map((group) => makeDrafts(model.engine, settings, group, heard)));
  for (let index = 0; index < count; index++) {
    const candidates: Omit<MadeTune, 'candidates'>[] = [];
    let drawn = bestOf;
    for (let candidate = 1; candidate <= bestOf; candidate++) {
      let made = finished(drafts.next().value as Draft, index + 1, candidate, model, order);
      while (order.admits?.(made) === false) {
        const [draft] = makeDrafts(model.engine, settings, [BRANCHES * index + drawn++]);
        made = finished(draft!, index + 1, drawn, model, order);
      }
      candidates.push(made);
    }
    const best = candidates.reduce((best, other) => (other.rank.score > best.rank.score ? other : best));
    yield { ...best, candidates: candidates.map(({ rank }) => rank) };
  }
}

/** Where each branch begins: a grammar that plans knows itself which tokens are given. */
function beginnings({ planned }: Pick<TuneModel, 'planned'>, asked: (branch: number) => Asked) {
  return {
    grammar: (branch: number): TuneGrammar => {
      const { rules, prime } = asked(branch);
      return planned ? new PlannedGrammar(rules, new GivenPlan(prime)) : new FolkGrammar(rules);
    },
    prime: (branch: number) => (planned ? [] : asked(branch).prime),
  };
}

function askedFor({ asked }: TuneOrder, x: number): Asked {
  return asked[(x - 1) % asked.length]!;
}

function* draftsOf(groups: readonly Generator<Draft>[]): Generator<Draft> {
  for (const group of groups) yield* group;
}

function finished(
  draft: Draft,
  x: number,
  candidate: number,
  model: Pick<TuneModel, 'id' | 'hash' | 'critic'>,
  order: TuneOrder,
): Omit<MadeTune, 'candidates'> {
  const { tokens, placing, statistics } = draft;
  const written = titled(tokens, placing, x, candidate, model, order);
  const plain = writeAbc(written);
  const { source, dropped = {} } = askedFor(order, x);
  const kept = source === undefined || order.asWritten ? undefined : withBarsOf(source, dropped, plain);
  const tune = kept?.tune ?? written;
  const verdict = model.critic?.judge(tune);
  return {
    x,
    title: tune.titles[0]!,
    type: tune.type ?? null,
    meter: meterText(tune.meter),
    key: keyText(tune.key),
    abc: kept?.abc ?? plain,
    ...(kept && { edited: kept.lost }),
    tokens: folkCodec.write(tokens),
    candidate,
    rank: rankOf(tune, statistics.nats / Math.max(1, statistics.tokens), verdict),
    ...(verdict && { why: verdict.remarks }),
    statistics,
    tune,
  };
}

/** The tune that tokens, perhaps its first alone, make: with its name, and how it was made. */
function titled(
  tokens: readonly number[],
  placing: Placing,
  x: number,
  candidate: number,
  model: Pick<TuneModel, 'id' | 'hash' | 'memory'>,
  order: TuneOrder,
): Tune {
  const { seed, temperature, topP, bestOf, lookAhead = 1 } = order;
  const asked = askedFor(order, x);
  const { rules, wish, prime } = asked;
  const bare = tuneOf(tokens, placing, rules.type === null ? {} : { type: rules.type.replaceAll('-', ' ') });
  const settings = [
    `form ${wish.form}`,
    `bars ${wish.bars}`,
    `range ${wish.range}`,
    `temperature ${temperature}`,
    ...(topP === 1 ? [] : [`top-p ${topP}`]),
    ...(lookAhead === 1 ? [] : [`look-ahead ${lookAhead}`]),
    ...(bestOf === 1 ? [] : [`candidate ${candidate} of ${bestOf}`]),
    ...(model.memory === false ? ['without memory'] : []),
    ...(prime.length === 0 ? [] : ['after a prime']),
  ];
  const tempo = order.tempo === undefined ? asked.tempo : tempoText(order.tempo, bare.meter);
  return {
    ...bare,
    ...saidTempo(tempo),
    number: String(x),
    titles: [titleSaid(order, x) ?? goneOnWith(asked, seed, x) ?? titleOf(bare.type, placing.key, seed, x)],
    fields: [
      ...(asked.fields ?? []),
      { letter: 'N', text: `made by continuo generate folk, model ${model.id} ${model.hash}` },
      { letter: 'N', text: `seed ${seed}, tune ${x}, ${settings.join(', ')}` },
    ],
  };
}

/** A tune's header as {@link makeTunes} gives it, from its first tokens. */
export function headerOf(
  tokens: readonly number[],
  placing: Placing,
  x: number,
  model: Pick<TuneModel, 'id' | 'hash' | 'memory'>,
  order: TuneOrder,
): string {
  const abc = writeAbc(titled(tokens, placing, x, 1, model, order));
  return abc.slice(0, abc.indexOf('\n', abc.indexOf('\nK:') + 1) + 1);
}

/** The title that was asked for. */
export function titleSaid({ title, count }: Pick<TuneOrder, 'title' | 'count'>, x: number) {
  return title === undefined || count === 1 ? title : `${title} ${x}`;
}

const GONE_ON = /, gone on with, \d+-\d+$/;

/** The name of a tune that was gone on from, and that it was. */
function goneOnWith({ titles }: Asked, seed: number, x: number): string | undefined {
  const name = titles?.[0]?.replace(GONE_ON, '');
  return name && `${name}, gone on with, ${seed}-${x}`;
}

function titleOf(type: string | undefined, key: Key, seed: number, x: number): string {
  const kind = type ?? 'tune';
  return `${kind[0]!.toUpperCase()}${kind.slice(1)} in ${keyText(key)}, ${seed}-${x}`;
}

/** What the grammar took from the network over all tunes. */
export function summary(made: readonly MadeTune[]) {
  const total = (what: keyof DraftStatistics) =>
    made.reduce((sum, { statistics }) => sum + statistics[what], 0);
  const tokens = Math.max(1, total('tokens'));
  return {
    tokens: total('tokens'),
    /** Mean probability that the network gave to what was forbidden, a token. */
    meanCut: total('cut') / tokens,
    /** Share of the tokens other than headers and bar lines that were the only ones allowed. */
    forcedShare: total('forced') / Math.max(1, total('music')),
    natsPerToken: total('nats') / tokens,
  };
}
