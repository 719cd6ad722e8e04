import { tuneMidi } from '../../../music/abc/to-midi/index.js';
import { writeAbc } from '../../../music/abc/write.js';
import type { Composer, ComposerModel, ComposeWatch, Piece } from '../../../plugin/composer.js';
import type { TuneGrammar } from '../codec/grammar-rules.js';
import { tokenRole } from '../codec/grammar-tokens.js';
import type { NoveltyIndex } from '../codec/novelty-index.js';
import { type TuneModel, tuneModelOf } from '../generate/model.js';
import { judged, loadNovelty, mostShared, novelty, sharedText } from '../generate/novelty.js';
import { primeOf } from '../generate/prime.js';
import { resolveRequest } from '../generate/rules.js';
import { BarStream } from '../generate/stream.js';
import { tuneOf } from '../generate/tune.js';
import { upToBar } from '../generate/tune-given.js';
import { type Asked, type Composed, headerOf, makeTunes, type TuneOrder } from '../generate/tunes.js';
import { barredTune } from '../rework/bars.js';
import { LEAST_CANDIDATES, type ReworkWhat, reworkTunes } from '../rework/tune.js';
import { firstOf, unlearnt } from './notices.js';
import { type Making, pieceOf, readPiece, tuneOfPiece } from './piece.js';
import { reportOf, summaryOf } from './report.js';
import {
  readRequest,
  type TuneGiven,
  type TuneOptions,
  type TuneRequest,
  type TunesAsked,
} from './tune-request.js';

/**
 * Opens a composer for a tune model, with the optional files of the model folder (odds, critic, novelty index). Throws
 * MODEL_BROKEN, FILE_READ.
 */
export async function openTunes(model: ComposerModel): Promise<Composer<TuneOptions>> {
  return new TuneComposer(await tuneModelOf(model), await loadNovelty(model));
}

class TuneComposer implements Composer<TuneOptions> {
  constructor(
    private readonly model: TuneModel,
    private readonly index: NoveltyIndex | null,
  ) {}

  make(request: TuneRequest, watch: ComposeWatch = {}): Iterable<Piece> {
    const asked = readRequest(request);
    const { given } = asked;
    const several = given && given.which === undefined ? firstOf(given.text) : undefined;
    if (several !== undefined) watch.notice?.(several);
    const shared = asked.novel ? mostShared(asked.mostShared ?? undefined, this.index) : undefined;
    const admits = this.index && shared !== undefined ? novelty(this.index, shared) : undefined;
    if (given && !('goOn' in given.what)) return this.#rework(asked, given, given.what, admits);
    return this.#compose(asked, given, watch, admits);
  }

  read(text: string, which?: string): Piece {
    return readPiece(text, which);
  }

  async write(piece: Piece, format: string, { lilt }: TuneRequest['options']): Promise<Uint8Array | string> {
    if (format === 'midi') return tuneMidi(tuneOfPiece(piece), lilt, piece.title);
    if (format === 'abc') return piece.text;
    // Loaded lazily: only engraving needs it.
    const { engrave } = await import('../../../engraving/engrave.js');
    return engrave(piece.text);
  }

  report(request: TuneRequest, pieces: readonly Piece[]) {
    return reportOf(readRequest(request), pieces, this.model, this.index);
  }

  summary(request: TuneRequest, pieces: readonly Piece[]) {
    return summaryOf(readRequest(request), pieces);
  }

  #compose(
    asked: TunesAsked,
    given: TuneGiven | undefined,
    watch: ComposeWatch,
    admits: Admits | undefined,
  ): Iterable<Piece> {
    const kinds = this.#kinds(asked, given);
    for (const sentence of unlearnt(this.model, kinds, asked.notes)) watch.notice?.(sentence);
    const order: TuneOrder = { ...asked, asked: kinds, admits: counting(admits, asked.bestOf, watch) };
    const making = { asked, index: this.index, lost: lostOf(given, kinds) };
    if (asked.bestOf > 1) return pieces(makeTunes(this.model, order), making);
    // Whether the tune is accepted is known only at its end, so nothing streams before then.
    if (watch.goesOn && !admits) return this.#said(order, making, watch);
    return pieces(
      makeTunes(this.model, watch.grows ? { ...order, heard: this.#grows(order, watch) } : order),
      making,
    );
  }

  /** The kinds of tune requested, used in rotation. */
  #kinds(asked: TunesAsked, given: TuneGiven | undefined): Asked[] {
    const { learnt } = this.model;
    if (!given)
      return asked.requests.map((request) => ({
        request,
        rules: resolveRequest(request, learnt),
        prime: [],
      }));
    const after = 'goOn' in given.what ? given.what.goOn : undefined;
    const [text, which] =
      after === undefined ? [given.text, given.which] : [upToBar(given.text, after, given.which), undefined];
    return asked.requests.map((request) => ({ request, ...primeOf(text, request, learnt, which) }));
  }

  /** Makes tunes and streams each bar as it is sampled. */
  *#said(order: TuneOrder, making: Making, watch: ComposeWatch): Iterable<Piece> {
    const bars = new BarStream(
      (x, tokens, placing) => headerOf({ tokens, placing }, x, this.model, order),
      (text) => watch.goesOn?.(text),
    );
    const heard = bars.hear.bind(bars);
    for (const made of makeTunes(this.model, { ...order, heard, asWritten: true })) {
      bars.end(made);
      // The header was already streamed before the overlap was known, so it goes out as a notice.
      if (this.index) watch.notice?.(sharedText(judged(made, this.index)));
      yield pieceOf(made, making);
    }
  }

  /** A listener that reports the bars so far after each new bar. */
  #grows(order: TuneOrder, watch: ComposeWatch): NonNullable<TuneOrder['heard']> {
    return (tokens: readonly number[], { placing }: TuneGrammar) => {
      if (placing === null || tokenRole(tokens.at(-1)!) !== 'bar') return;
      // Omits the last bar line: the next token may change how it is written.
      const text = writeAbc(tuneOf(tokens.slice(0, -1), placing));
      const header = headerOf({ tokens, placing }, 1, this.model, order);
      watch.grows?.(header + text.slice(text.indexOf('\n', text.indexOf('\nK:') + 1) + 1));
    };
  }

  #rework(
    asked: TunesAsked,
    { text, which }: Pick<TuneGiven, 'text' | 'which'>,
    what: ReworkWhat,
    admits: Admits | undefined,
  ): Iterable<Piece> {
    const tune = barredTune(text, which);
    const candidates = Math.max(LEAST_CANDIDATES, asked.bestOf);
    const made = reworkTunes(this.model, { ...asked, tune, what, candidates, ...(admits && { admits }) });
    return pieces(made, { asked, index: this.index, lost: tune.dropped });
  }
}

type Admits = (made: Composed) => boolean;

function* pieces(made: ReturnType<typeof makeTunes>, making: Making): Generator<Piece> {
  for (const tune of made) yield pieceOf(tune, making);
}

/** Wraps `admits` to report progress after each complete candidate. */
function counting(admits: Admits | undefined, of: number, watch: ComposeWatch): Admits {
  let candidates = 0;
  return (made) => {
    const taken = admits?.(made) ?? true;
    if (!taken || of === 1) return taken;
    candidates = (candidates % of) + 1;
    watch.candidate?.(candidates, of);
    return taken;
  };
}

function lostOf(given: TuneGiven | undefined, [first]: readonly Asked[]) {
  if (!given || !('goOn' in given.what)) return {};
  return given.what.goOn === undefined ? (first?.dropped ?? {}) : barredTune(given.text, given.which).dropped;
}
