import type { NoveltyIndex } from '../../plugins/folk/codec/novelty-index.js';
import type { TuneModel } from '../../plugins/folk/generate/model.js';
import { judged, sharedText } from '../../plugins/folk/generate/novelty.js';
import { BarStream } from '../../plugins/folk/generate/stream.js';
import { headerOf, type MadeTune, type TuneOrder } from '../../plugins/folk/generate/tunes.js';

/** Prints tunes on standard output as they come. */
export interface TunePrinter {
  /** What of the order makes the bars be heard while they are drawn. */
  readonly heard: Pick<TuneOrder, 'heard' | 'asWritten'>;
  /** A tune is whole. */
  end(made: MadeTune): void;
}

/** A tune at a time where each is the best of several, else bar by bar. */
export function tunePrinter(model: TuneModel, order: TuneOrder, index: NoveltyIndex | null): TunePrinter {
  const print = (text: string) => process.stdout.write(text);
  if (order.bestOf > 1) return { heard: {}, end: ({ x, abc }) => print((x > 1 ? '\n' : '') + abc) };
  const bars = new BarStream((x, tokens, placing) => headerOf(tokens, placing, x, model, order), print);
  return {
    heard: { heard: bars.hear.bind(bars), asWritten: true },
    end(made) {
      bars.end(made);
      // Its header was printed before anybody could know.
      if (index) process.stderr.write(`${sharedText(judged(made, index))}\n`);
    },
  };
}
