import { uniform } from '../../../model/random.js';
import { keyText, plainKey } from '../../../music/abc/key.js';
import { meterText } from '../../../music/abc/meter.js';
import { tuneTypeOf } from '../../../music/abc/tune-type.js';
import { writeAbc } from '../../../music/abc/write.js';
import type { PitchRange, Placing } from '../codec/grammar-pitch.js';
import { folkCodec } from '../codec/index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import type { TuneCritic } from '../critic/critic.js';
import type { TuneModel } from '../generate/model.js';
import { resolveRequest, widened } from '../generate/rules.js';
import type { DraftStatistics } from '../generate/statistics.js';
import { rankOf, scoreOf } from '../generate/structure.js';
import { tempoText } from '../generate/tempo.js';
import { tuneOf } from '../generate/tune.js';
import { BRANCHES, type Composed, type MadeTune, titleSaid } from '../generate/tunes.js';
import { NoteWeights } from '../odds/note-odds.js';
import { oddsOf } from '../odds/tune-odds.js';
import { type Told, toldPlan } from '../plan/told.js';
import { type BarredTune, barsNamed, barsNotNamed, unfit } from './bars.js';
import type { JudgeTune } from './choice.js';
import { type Gap, gapsOf, type Reworked, rework } from './rework.js';
import { reworkedText } from './text.js';

/** The bars to regenerate: the named ones, all but the named ones, or some chosen at random for each tune. */
export type ReworkWhat = { readonly redo: string } | { readonly keep: string } | { readonly vary: true };

export interface ReworkOrder {
  readonly tune: BarredTune;
  readonly what: ReworkWhat;
  readonly range: string;
  readonly count: number;
  /** Candidates per gap. */
  readonly candidates: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** As in {@link TuneOrder}; default: as in the given tune. */
  readonly title?: string;
  readonly tempo?: string;
  /** As in {@link TuneOrder}: accepts or rejects a tune. */
  readonly admits?: (made: Composed) => boolean;
}

/** Fewer leave hardly any choice. */
export const LEAST_CANDIDATES = 32;

/**
 * Makes tunes from a given one, in order. The same model and order give the same tunes; `count` does not change the earlier
 * ones. Throws OPTION_VALUE if there are no such bars, TUNE_BARS if they cannot be regenerated.
 */
export function* reworkTunes(model: TuneModel, order: ReworkOrder): Generator<MadeTune> {
  for (let x = 1; x <= order.count; x++) {
    let made: MadeTune;
    let branch = BRANCHES * (x - 1);
    do {
      made = reworkedTune(model, order, x, branch);
      branch += order.candidates;
    } while (order.admits?.(made) === false);
    yield made;
  }
}

/** The `x`th tune, with random numbers starting at `branch`. */
function reworkedTune(model: TuneModel, order: ReworkOrder, x: number, branch: number): MadeTune {
  const { tune, temperature, topP, seed, candidates } = order;
  const places = placesOf(order, branch);
  const { tonic, mode } = plainKey(tune.tune.key);
  const placing = { key: { tonic, mode }, octave: 0 };
  const header = tune.tokens.slice(0, tune.header);
  const notes = oddsOf(model.odds, header)?.notes;
  const reworked = rework(model.engine, tune, places, {
    placing,
    range: rangeOf(order, placing),
    sampler: { temperature, topK: 0, topP },
    ...{ seed, branch, candidates },
    ...(notes && { notes: new NoteWeights(notes) }),
    ...(model.critic && { judge: judgedBy(model.critic, tune, placing) }),
    ...(model.planned && { told: toldOf(tune, places) }),
  });
  return finished({ ...reworked, places, placing }, x, model, order);
}

/** A judge that scores the tune with other bars by the critic. The type is the text's own, with or without a token. */
function judgedBy(critic: TuneCritic, { tune }: BarredTune, placing: Placing): JudgeTune {
  const about = tune.type === undefined ? {} : { type: tune.type };
  return (tokens) => {
    const verdict = critic.judge(tuneOf(tokens, placing, about));
    return verdict && scoreOf(verdict);
  };
}

/** The tune's own plan: regenerated bars keep its chords, register and cadences. */
function toldOf({ tokens, bars }: BarredTune, places: ReadonlySet<number>): Told {
  return toldPlan(tokens, new Set([...places].map((place) => bars[place]!.from)));
}

function placesOf({ what, tune, seed }: ReworkOrder, branch: number): Set<number> {
  if ('vary' in what) return varied(tune, seed, branch);
  const places = 'redo' in what ? barsNamed('redo', what.redo, tune) : barsNotNamed('keep', what.keep, tune);
  if (places.size === 0)
    throw unfit('All bars of the tune are to be kept.', 'Keep fewer, or say with --redo which to make anew.');
  return places;
}

/** The share of the eligible bars that a variation regenerates. */
const VARIED = 0.5;

/** The bars that a variation regenerates: about half of those that neither begin nor end a part. */
function varied(tune: BarredTune, seed: number, branch: number): Set<number> {
  const { bars } = tune;
  const free = bars.flatMap((bar, place) => {
    const [before, next] = [bars[place - 1], bars[place + 1]];
    const begins = before === undefined || before.part !== bar.part || before.number === 0;
    const ends = next === undefined || next.part !== bar.part || next.number === 0;
    return begins || ends || bar.length !== tune.full || endsRepeat(tune, place) ? [] : [place];
  });
  if (free.length === 0) {
    throw unfit(
      'The tune is too short for a variation: its parts have a first and a last bar and nothing between.',
      'Name bars with --redo.',
    );
  }
  const chosen = new Set(free.filter((place) => uniform(seed, branch, VARY_INDEX + place) < VARIED));
  if (chosen.size === 0)
    chosen.add(free[Math.floor(uniform(seed, branch, VARY_INDEX + bars.length) * free.length)]!);
  // A tie connects two bars: unless both were chosen, both are kept.
  for (const [place, { tied }] of bars.entries()) {
    if (!tied || chosen.has(place) === chosen.has(place + 1)) continue;
    chosen.delete(place);
    chosen.delete(place + 1);
  }
  return chosen;
}

/** Random numbers for the choice of bars come after those for the tokens of any gap. */
const VARY_INDEX = 2 ** 32;

/** Whether a bar is the last before a repeat, double or final bar line. */
function endsRepeat({ tokens, bars }: BarredTune, place: number): boolean {
  const sign = folkCodec.symbols[tokens[bars[place]!.to] ?? folkCodec.endToken]!;
  return !(sign.kind === 'bar' && sign.line === '|') && sign.kind !== 'volta';
}

/** The range of the instrument; for a default range, extended to the notes of the tune itself. */
function rangeOf({ range, tune }: ReworkOrder, { key }: Placing): PitchRange {
  const asked = resolveRequest({ form: 'A', bars: 2, range, key: keyText(key) }).range;
  return widened(asked, range, melodyOf(tune.tune));
}

/** Suffixes of titles made by earlier reworks; the new suffix replaces them. */
const REWORKED = /(, (a variation|made anew in part), \d+-\d+)+$/;

/** A reworked tune, and which of its bars were made anew. */
interface ReworkedBars extends Reworked {
  readonly places: ReadonlySet<number>;
  readonly placing: Placing;
}

function finished(
  { tokens, gaps, places, placing }: ReworkedBars,
  x: number,
  model: Pick<TuneModel, 'id' | 'hash' | 'critic' | 'memory'>,
  order: ReworkOrder,
): MadeTune {
  const { tune: given, what, seed } = order;
  const { titles, fields, type, meter } = given.tune;
  const tempo = order.tempo === undefined ? given.tune.tempo : tempoText(order.tempo, meter);
  const statistics = gaps.map(({ statistics }) => statistics).reduce(sum);
  const kind = 'vary' in what ? 'a variation' : 'made anew in part';
  const notes = [
    `${barNames(given, places)} made by continuo generate folk, model ${model.id} ${model.hash}`,
    `seed ${seed}, tune ${x}, ${settingsOf(model, order).join(', ')}`,
  ];
  const title = titleSaid(order, x) ?? `${titles[0]?.replace(REWORKED, '') ?? 'Tune'}, ${kind}, ${seed}-${x}`;
  const tune = tuneOf(tokens, placing, {
    number: String(x),
    titles: [title],
    ...(tempo === undefined ? {} : { tempo }),
    fields: [...fields, ...notes.map((text) => ({ letter: 'N', text }))],
    ...(type === undefined ? {} : { type }),
  });
  const edited = reworkedText(given, tune, places, {
    notes: notes.map((note) => `N:${note}`),
    fields: {
      T: escaped(title),
      ...(order.count > 1 && { X: String(x) }),
      ...(order.tempo !== undefined && { Q: tempo! }),
    },
  });
  const verdict = model.critic?.judge(tune);
  const rank = rankOf(tune, statistics.nats / Math.max(1, statistics.tokens), verdict);
  return {
    x,
    title,
    type: tuneTypeOf(type) ?? null,
    meter: meterText(tune.meter),
    key: keyText(tune.key),
    abc: edited?.text ?? writeAbc(tune),
    tokens: folkCodec.write(tokens),
    candidate: 1,
    candidates: [rank],
    rank,
    ...(verdict && { why: verdict.remarks }),
    statistics,
    tune: edited?.tune ?? tune,
    ...(edited && { edited: edited.dropped }),
    fresh: gaps.map((gap) => tuneOf([...tokens.slice(0, given.header), ...gap.tokens], placing)),
  };
}

/** The settings that the tune's N: field names. */
function settingsOf(
  { critic, memory }: Pick<TuneModel, 'critic' | 'memory'>,
  { range, temperature, topP, candidates }: ReworkOrder,
): string[] {
  return [
    `range ${range}`,
    `temperature ${temperature}`,
    ...(topP === 1 ? [] : [`top-p ${topP}`]),
    ...(memory === false ? ['without memory'] : []),
    `the ${critic ? 'best' : 'likeliest'} of ${candidates} with what follows`,
  ];
}

/** Escapes %, which begins a comment in a field. */
function escaped(text: string): string {
  return text.replace(/(?<!\\)%/g, '\\%');
}

function sum(a: DraftStatistics, b: DraftStatistics): DraftStatistics {
  return {
    tokens: a.tokens + b.tokens,
    music: a.music + b.music,
    cut: a.cut + b.cut,
    forced: a.forced + b.forced,
    nats: a.nats + b.nats,
  };
}

function barNames({ bars }: BarredTune, places: ReadonlySet<number>): string {
  const name = ({ first, last }: Gap) => {
    const numbers = bars.slice(first, last + 1).flatMap(({ number }) => (number > 0 ? [number] : []));
    const [from, to] = [numbers[0], numbers.at(-1)];
    if (from === undefined) return 'a pickup';
    return from === to ? `${from}` : `${from}-${to}`;
  };
  return `bars ${gapsOf(places).map(name).join(', ')}`;
}
