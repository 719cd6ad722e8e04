import { DropCount } from '../../../music/abc/dropped.js';
import type { Piece } from '../../../plugin/composer.js';
import type { NoveltyIndex } from '../codec/novelty-index.js';
import type { TuneModel } from '../generate/model.js';
import { mostShared } from '../generate/novelty.js';
import { type MadeTune, summary } from '../generate/tunes.js';
import { madeTuneOf, percent } from './piece.js';
import type { TunesAsked } from './tune-request.js';

/** The request and the results, for JSON output. */
export function reportOf(
  asked: TunesAsked,
  pieces: readonly Piece[],
  { memory }: Pick<TuneModel, 'memory'>,
  index: NoveltyIndex | null,
): Readonly<Record<string, unknown>> {
  const { requests, bestOf, temperature, topP, lookAhead, given, novel } = asked;
  const shared = novel ? mostShared(asked.mostShared ?? undefined, index) : null;
  const what = given && !('goOn' in given.what) ? given.what : undefined;
  return {
    settings: {
      asked: what ? [] : requests,
      ...(what ?? { lookAhead }),
      ...{ bestOf, temperature, topP },
      ...(memory === false && { memory }),
    },
    novelty: { mostShared: shared, heldOut: index?.heldOut ?? null },
    statistics: summary(tunesOf(pieces)),
  };
}

/** The summary lines shown to the user at the end. */
export function summaryOf({ given }: TunesAsked, pieces: readonly Piece[]): string[] {
  const made = tunesOf(pieces);
  const { meanCut, forcedShare } = summary(made);
  return [
    ...(given ? lost(made, pieces) : []),
    `The grammar forbade ${percent(meanCut)} of the probability a token, and left no choice in ${percent(forcedShare)} of the notes' tokens.`,
  ];
}

/** What was lost from a given tune: in the bars that were replaced, or in the whole tune if its text could not be edited. */
function lost(made: readonly MadeTune[], pieces: readonly Piece[]): string[] {
  const count = new DropCount();
  for (const { edited } of made) if (edited) count.addAll(edited);
  const rewritten = made.findIndex(({ edited }) => !edited);
  if (rewritten >= 0) count.addAll(pieces[rewritten]!.lost ?? {});
  const what = Object.entries(count.counts).map(([kind, count]) => `${count} ${kind}`);
  if (what.length === 0) return [];
  return rewritten >= 0
    ? [`Left out of the tune given, which keeps its notes: ${what.join(', ')}.`]
    : [`Not kept of the tune given: ${what.join(', ')}.`];
}

function tunesOf(pieces: readonly Piece[]): MadeTune[] {
  return pieces.flatMap((piece) => madeTuneOf(piece) ?? []);
}
