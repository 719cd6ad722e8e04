import { randomInt } from 'node:crypto';
import { ContinuoError } from '../../../errors.js';
import type { TuneAnswer, TuneChange, TuneSoFar, TuneTask } from '../../../host/compose/control.js';
import { openComposerModel } from '../../../host/compose/open-composer.js';
import type { Dropped } from '../../../music/abc/dropped.js';
import { readAbc } from '../../../music/abc/read.js';
import { midiTrackOf, tuneMidi } from '../../../music/abc/to-midi/index.js';
import type { Tune } from '../../../music/abc/tune.js';
import { writeAbc } from '../../../music/abc/write.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { tokenRole } from '../codec/grammar-tokens.js';
import type { NoveltyIndex } from '../codec/novelty-index.js';
import type { TuneSettings } from '../compose/tune-options.js';
import { barredTune, ownText, unreadable } from '../rework/bars.js';
import { LEAST_CANDIDATES, type ReworkWhat, reworkTunes } from '../rework/tune.js';
import { LOOK_AHEAD } from './cadence.js';
import { customary } from './customary.js';
import { type TuneModel, tuneModelOf } from './model.js';
import { judged, loadNovelty, mostShared, novelty } from './novelty.js';
import { primeOf } from './prime.js';
import { resolveWish } from './rules.js';
import { requireTempo } from './tempo-wish.js';
import { tuneOf } from './tune.js';
import { upToBar } from './tune-given.js';
import {
  type Asked,
  type Composed,
  headerOf,
  type MadeTune,
  makeTunes,
  summary,
  type TuneOrder,
} from './tunes.js';

type Model = TuneModel & { readonly index: NoveltyIndex | null };

/** Makes and reads tunes. Its model is loaded when it is first needed. */
export class TuneMaker {
  #model: Model | undefined;

  constructor(
    /** Hears of a tune that grows. */
    private readonly grows: (soFar: TuneSoFar) => void,
    /** Called before every step of the network: throws where the making is to be given up. */
    private readonly check: () => void,
  ) {}

  async do(task: TuneTask): Promise<TuneAnswer> {
    if (task.type === 'read') return readTune(task.abc);
    const settings = { ...task.settings, seed: task.settings.seed ?? randomInt(1_000_000) };
    const { from } = task;
    if (from === undefined || from.change.type === 'goOn')
      return this.#compose(settings, from?.abc, from?.change);
    return this.#rework(settings, from.abc, from.change);
  }

  async #compose(
    settings: TuneSettings & { seed: number },
    abc?: string,
    change?: TuneChange,
  ): Promise<TuneAnswer> {
    const { seed, temperature, topP, bestOf, novel: _, title, tempo, ...said } = settings;
    if (tempo !== undefined) requireTempo(tempo);
    const { wish } = customary(said);
    const after = change?.type === 'goOn' ? change.after : undefined;
    const model = await this.#open();
    const asked: Asked & { readonly dropped: Dropped } =
      abc === undefined
        ? { wish, rules: resolveWish(wish, model.learnt), prime: [], dropped: {} }
        : { wish, ...primeOf(after === undefined ? abc : upToBar(abc, after), wish, model.learnt) };
    const bare: TuneOrder = {
      asked: [asked],
      count: 1,
      bestOf,
      temperature,
      topP,
      seed,
      lookAhead: LOOK_AHEAD,
      ...(title === undefined ? {} : { title }),
      ...(tempo === undefined ? {} : { tempo }),
    };
    const order = { ...bare, admits: this.#admits(settings, model, bestOf) };
    // Of several candidates, which grow side by side, there is nothing to be seen before the best is known.
    const heard = bestOf === 1 ? this.#hear(model, order) : undefined;
    const [made] = makeTunes(model, heard ? { ...order, heard } : order);
    const dropped = abc === undefined || after === undefined ? asked.dropped : barredTune(abc).dropped;
    return answer(made!, settings, model, made!.edited ?? dropped);
  }

  async #rework(
    settings: TuneSettings & { seed: number },
    abc: string,
    change: Exclude<TuneChange, { type: 'goOn' }>,
  ): Promise<TuneAnswer> {
    const { seed, temperature, topP, bestOf, range } = settings;
    const tune = barredTune(abc);
    const candidates = Math.max(LEAST_CANDIDATES, bestOf);
    const model = await this.#open();
    const admits = this.#admits(settings, model, 1);
    const order = {
      tune,
      what: whatOf(change),
      range,
      count: 1,
      candidates,
      temperature,
      topP,
      seed,
      admits,
    };
    const [made] = reworkTunes(model, order);
    return answer(made!, settings, model, made!.edited ?? tune.dropped);
  }

  /** Where the model cannot be loaded, it is tried again at the next request: it may be there by then. */
  async #open(): Promise<Model> {
    this.#model ??= await this.#load();
    return this.#model;
  }

  async #load(): Promise<Model> {
    const opened = await openComposerModel('folk', { check: this.check });
    return { ...(await tuneModelOf(opened)), index: await loadNovelty(opened) };
  }

  /** Counts candidates as they are whole, and refuses those that copy, where that is asked for. */
  #admits({ novel }: TuneSettings, { index }: Model, bestOf: number): (made: Composed) => boolean {
    const most = novel ? mostShared(undefined, index) : undefined;
    const admitted = index && most !== undefined ? novelty(index, most) : () => true;
    let candidates = 0;
    return (made) => {
      const taken = admitted(made);
      if (taken && bestOf > 1) this.grows({ candidates: ++candidates });
      return taken;
    };
  }

  #hear(model: Model, order: TuneOrder) {
    return (tokens: readonly number[], { placing }: TuneGrammar) => {
      if (placing === null || tokenRole(tokens.at(-1)!) !== 'bar') return;
      // The last bar line is left out: what follows may change how it is drawn.
      const so = writeAbc(tuneOf(tokens.slice(0, -1), placing));
      const header = headerOf(tokens, placing, 1, model, order);
      this.grows({ abc: header + so.slice(so.indexOf('\n', so.indexOf('\nK:') + 1) + 1), candidates: 0 });
    };
  }
}

function whatOf(change: Exclude<TuneChange, { type: 'goOn' }>): ReworkWhat {
  if (change.type === 'vary') return { vary: true };
  return change.type === 'redo' ? { redo: change.bars } : { keep: change.bars };
}

function answer(
  bare: MadeTune,
  settings: TuneSettings & { seed: number },
  { id, hash, index }: Model,
  lost: Dropped,
): TuneAnswer {
  const compared = index && judged(bare, index);
  const { tune, abc, edited } = compared ?? bare;
  const { meanCut, forcedShare } = summary([bare]);
  return {
    ...heard(tune, lost, edited && abc),
    made: {
      settings,
      model: { id, hash },
      ...{ cut: meanCut, forced: forcedShare, inPart: bare.fresh !== undefined },
      ...(bare.why && { why: bare.why }),
      ...(compared && { sharedRun: compared.sharedRun }),
    },
  };
}

/** The first tune of a text, as it stands there, so that nothing of it is lost. Throws ABC_NO_TUNE, ABC_TUNE. */
function readTune(abc: string): TuneAnswer {
  const read = readAbc(abc)[0]!;
  if (!read.tune) throw unreadable(read.refusal!);
  const { source } = ownText(abc, read);
  return heard(read.tune, {}, source.endsWith('\n') ? source : `${source}\n`);
}

function heard(tune: Tune, lost: Dropped, abc = writeAbc(tune)): TuneAnswer {
  const title = tune.titles[0] ?? '';
  const { track, bpm } = midiTrackOf(tune);
  const midi = Buffer.from(tuneMidi(tune)).toString('base64');
  return { ...{ abc, title, bars: barsIn(abc), notes: track.events, bpm, midi }, lost: { ...lost } };
}

/** The bars that can be made anew; none where the tune has no meter, say, or changes its key. */
function barsIn(abc: string): TuneAnswer['bars'] {
  try {
    return barredTune(abc).bars.map(({ number, part }) => ({ number, part }));
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return [];
  }
}
