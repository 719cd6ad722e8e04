import type { Dropped } from '../../../music/abc/dropped.js';
import { type Key, keyText } from '../../../music/abc/key.js';
import { meterText } from '../../../music/abc/meter.js';
import type { Tune } from '../../../music/abc/tune.js';
import { writeAbc } from '../../../music/abc/write.js';
import { FolkGrammar } from '../codec/grammar.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { folkCodec } from '../codec/index.js';
import type { Remark } from '../critic/words.js';
import { GivenPlan } from '../plan/given.js';
import { PlannedGrammar } from '../plan/grammar.js';
import type { TuneModel } from './model.js';
import { withBarsOf } from './prime-text.js';
import type { RequestedTune, ResolvedRequest } from './rules.js';
import type { DraftStatistics } from './statistics.js';
import { type Rank, rankOf } from './structure.js';
import { saidTempo, tempoText } from './tempo.js';
import { type Draft, makeDrafts, tuneOf } from './tune.js';

/** One kind of tune requested. */
export interface Asked {
  readonly request: RequestedTune;
  readonly rules: ResolvedRequest;
  /** The opening tokens. */
  readonly prime: readonly number[];
  /** For a continued tune: its Q:, used if the order has no tempo, and its text, name and other fields. */
  readonly tempo?: string;
  readonly source?: string;
  readonly dropped?: Dropped;
  readonly titles?: readonly string[];
  readonly fields?: Tune['fields'];
}

export interface TuneOrder {
  /** The kinds of tune, used in rotation. */
  readonly asked: readonly Asked[];
  readonly count: number;
  /** Candidates per tune. */
  readonly bestOf: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** The T: field; if there are several tunes, a number is appended. */
  readonly title?: string;
  /** In the format of {@link requireTempo}. */
  readonly tempo?: string;
  /** Particles that draw the end of each part; default 1: no look-ahead. */
  readonly lookAhead?: number;
  /** Accepts or rejects a candidate; each rejected one is replaced from the next branch. Ends the drawing by throwing. */
  readonly admits?: (made: Composed) => boolean;
  /** Bars are streamed, so the bars of a continued tune are rewritten too instead of copied. */
  readonly asWritten?: boolean;
  /** Gets the tokens so far after each new one; tunes are then made one at a time. */
  readonly heard?: (tokens: readonly number[], grammar: TuneGrammar) => void;
}

/** A tune and, if the network made only part of it, the pieces that it made. */
export interface Composed {
  readonly tune: Tune;
  readonly fresh?: readonly Tune[];
}

export interface MadeTune extends Composed {
  /** The X: number. */
  readonly x: number;
  readonly title: string;
  readonly type: string | null;
  readonly meter: string;
  readonly key: string;
  readonly abc: string;
  /** The tokens as words of the codec. */
  readonly tokens: string;
  /** Which of the candidates this is, counted from 1. */
  readonly candidate: number;
  readonly rank: Rank;
  /** The critic's remarks, if the model folder has a critic. */
  readonly why?: readonly Remark[];
  /** The ranks of all candidates, in order. */
  readonly candidates: readonly Rank[];
  readonly statistics: DraftStatistics;
  /** If `abc` is the edited text of a given tune: what the edit has lost. Nothing if it was rewritten. */
  readonly edited?: Dropped;
}

/** Random-number branches reserved for the candidates of each tune. */
export const BRANCHES = 4096;

/**
 * Makes tunes in order, each the best of its candidates. The same model and order give the same tunes; `count` does not change
 * the earlier ones.
 */
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
  // One branch at a time if a listener gets the tokens.
  const groups = heard ? branches.map((branch) => [branch]) : [branches];
  const drafts = draftsOf(groups.map((group) => makeDrafts(model.engine, settings, group, heard)));
  for (let index = 0; index < count; index++) {
    const candidates: Omit<MadeTune, 'candidates'>[] = [];
    let drawn = bestOf;
    for (let candidate = 1; candidate <= bestOf; candidate++) {
      let made = finished(drafts.next().value as Draft, { x: index + 1, candidate }, model, order);
      while (order.admits?.(made) === false) {
        const [draft] = makeDrafts(model.engine, settings, [BRANCHES * index + drawn++]);
        made = finished(draft!, { x: index + 1, candidate: drawn }, model, order);
      }
      candidates.push(made);
    }
    const best = candidates.reduce((best, other) => (other.rank.score > best.rank.score ? other : best));
    yield { ...best, candidates: candidates.map(({ rank }) => rank) };
  }
}

/** The grammar and prime of each branch; a planning grammar forces the given tokens itself. */
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

/** Which of the tunes in order, counted from 1, and which of its candidates. */
type Which = Pick<MadeTune, 'x' | 'candidate'>;

function finished(
  draft: Draft,
  { x, candidate }: Which,
  model: Pick<TuneModel, 'id' | 'hash' | 'critic'>,
  order: TuneOrder,
): Omit<MadeTune, 'candidates'> {
  const { tokens, statistics } = draft;
  const written = titled(draft, { x, candidate }, model, order);
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

/** Tokens and the key and octave that their pitches are written in. */
type Placed = Pick<Draft, 'tokens' | 'placing'>;

/** Writes tokens, perhaps only the first of a tune, as a tune with its title and the fields that say how it was made. */
function titled(
  { tokens, placing }: Placed,
  { x, candidate }: Which,
  model: Pick<TuneModel, 'id' | 'hash' | 'memory'>,
  order: TuneOrder,
): Tune {
  const { seed, temperature, topP, bestOf, lookAhead = 1 } = order;
  const asked = askedFor(order, x);
  const { rules, request, prime } = asked;
  const bare = tuneOf(tokens, placing, rules.type === null ? {} : { type: rules.type.replaceAll('-', ' ') });
  const settings = [
    `form ${request.form}`,
    `bars ${request.bars}`,
    `range ${request.range}`,
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

/** The header of a tune as {@link makeTunes} writes it, from its first tokens. */
export function headerOf(
  placed: Placed,
  x: number,
  model: Pick<TuneModel, 'id' | 'hash' | 'memory'>,
  order: TuneOrder,
): string {
  const abc = writeAbc(titled(placed, { x, candidate: 1 }, model, order));
  return abc.slice(0, abc.indexOf('\n', abc.indexOf('\nK:') + 1) + 1);
}

/** The requested title. */
export function titleSaid({ title, count }: Pick<TuneOrder, 'title' | 'count'>, x: number) {
  return title === undefined || count === 1 ? title : `${title} ${x}`;
}

const GONE_ON = /, gone on with, \d+-\d+$/;

/** The title of a continued tune: the original name and a note that it was continued. */
function goneOnWith({ titles }: Asked, seed: number, x: number): string | undefined {
  const name = titles?.[0]?.replace(GONE_ON, '');
  return name && `${name}, gone on with, ${seed}-${x}`;
}

function titleOf(type: string | undefined, key: Key, seed: number, x: number): string {
  const kind = type ?? 'tune';
  return `${kind[0]!.toUpperCase()}${kind.slice(1)} in ${keyText(key)}, ${seed}-${x}`;
}

/** Totals over all tunes of how far the grammar intervened. */
export function summary(made: readonly MadeTune[]) {
  const total = (what: keyof DraftStatistics) =>
    made.reduce((sum, { statistics }) => sum + statistics[what], 0);
  const tokens = Math.max(1, total('tokens'));
  return {
    tokens: total('tokens'),
    /** Mean probability mass masked per token. */
    meanCut: total('cut') / tokens,
    /** Share of the tokens other than headers and bar lines that were the only ones allowed. */
    forcedShare: total('forced') / Math.max(1, total('music')),
    natsPerToken: total('nats') / tokens,
  };
}
