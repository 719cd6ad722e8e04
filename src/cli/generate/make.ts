import type { AskedPieces } from '../../host/compose/checked-composer.js';
import { type OpenComposer, openComposer } from '../../host/compose/open-composer.js';
import type { FoundPlugin } from '../../host/plugins/plugins.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { ComposeWatch, Piece } from '../../plugin/composer.js';
import { writeOutput } from '../files.js';
import { sayUnknown } from '../live/session-options.js';
import { type ProgressBar, progressBar } from '../progress.js';
import { afterSignal } from '../shutdown.js';
import { readText } from '../text-input.js';
import type { FlagArgs } from './flag-names.js';
import { PiecePrinter, requirePlaces, together, writeExports } from './output.js';
import { type Asked, readArgs } from './request.js';

/** A signal waits at most this long for the current piece. */
const MOST_AWAITED_MS = 5000;

/** Runs `continuo generate ID` with these arguments. Throws OPTION_VALUE, FILE_READ, FILE_WRITE, and what the plugin throws. */
export async function generate(
  { ref, descriptor, source }: FoundPlugin,
  compose: ComposeDescriptor,
  args: FlagArgs,
): Promise<void> {
  const asked = readArgs(args, compose);
  const request = await requestOf(asked, compose);
  await requirePlaces(asked);
  sayUnknown(descriptor);
  // Third-party code may never return, and a deferred signal would then never be handled.
  const patience = new Patience(source === 'built-in' && request.count > 1);
  const opened = await openComposer(ref, {
    ...(typeof args.model === 'string' && { model: args.model }),
    memory: args.memory !== false,
    check: () => patience.check(),
  });
  const bar = progressBar('composing');
  try {
    const printer = streams(asked, compose) ? new PiecePrinter(compose) : undefined;
    const made = await gather(opened, request, { bar, printer, patience });
    bar.done();
    printer?.end();
    if (!printer)
      await writeOutput(
        asked.out,
        asked.json ? json(opened, request, made) : together(made, compose, asked.out),
      );
    await writeExports(made, asked, opened.composer, compose);
    say(made, request, opened, asked.out);
  } finally {
    bar.done();
    opened.dispose();
  }
}

/** The request for the composer, with the text of the given piece. */
async function requestOf(
  { options, count, seed, given }: Asked,
  { preview }: ComposeDescriptor,
): Promise<AskedPieces> {
  if (!given) return { options, count, seed };
  const { source, ...edit } = given;
  return {
    options,
    count,
    seed,
    given: { ...edit, text: preview === 'abc' ? await readText(source) : source },
  };
}

/** Text for people to read is streamed by default. */
function streams({ stream, out, json, count }: Asked, { preview }: ComposeDescriptor): boolean {
  return stream || (preview === 'text' && out === '-' && !json && count === 1);
}

interface Shown {
  readonly bar: ProgressBar;
  readonly printer: PiecePrinter | undefined;
  readonly patience: Patience;
}

/** Defers a signal until the current piece is complete, so that complete pieces are kept, unless the piece takes too long. */
class Patience {
  #signal: ReturnType<typeof afterSignal> | undefined;
  #began = 0;

  /** @param waits false lets a signal end the program at once, as for a single piece, which is all or nothing */
  constructor(private readonly waits: boolean) {}

  begin(): void {
    if (!this.waits) return;
    this.#began = performance.now();
    this.#signal ??= afterSignal();
  }

  /** Called before each step: stops deferring signals once the piece takes too long. */
  check(): void {
    if (!this.#signal || performance.now() - this.#began < MOST_AWAITED_MS) return;
    this.#signal.release();
    this.#signal = undefined;
  }

  /** The exit status after a signal; undefined if there was none. */
  get code(): number | undefined {
    return this.#signal?.code;
  }
}

/** Collects pieces as they are made. A signal stops it early: the program then ends with the complete pieces so far. */
async function gather(
  opened: OpenComposer,
  request: AskedPieces,
  { bar, printer, patience }: Shown,
): Promise<Piece[]> {
  const { count } = request;
  const made: Piece[] = [];
  const watch: ComposeWatch = {
    notice: (sentence) => process.stderr.write(`${sentence}\n`),
    candidate: (candidates, of) => {
      if (of !== undefined) bar.show((made.length + candidates / of) / count);
    },
    ...(printer && { goesOn: (text: string) => printer.goesOn(text) }),
  };
  patience.begin();
  for (const piece of opened.composer.make(request, watch)) {
    made.push(piece);
    printer?.made(piece);
    bar.show(made.length / count);
    // Lets pending signals through.
    await new Promise(setImmediate);
    if (patience.code !== undefined) break;
    patience.begin();
  }
  if (patience.code !== undefined && made.length < count) {
    process.stderr.write(`Stopped: ${made.length} of ${count} ${opened.compose.piece.many}, each whole.\n`);
    process.exitCode = patience.code;
  }
  return made;
}

/** The pieces, with the request and how they were made, as one JSON object. */
function json(
  { composer, model, compose }: OpenComposer,
  request: AskedPieces,
  made: readonly Piece[],
): string {
  const said = {
    ...(model && { model: model.id, modelHash: model.hash }),
    seed: request.seed,
    ...composer.report(request, made),
    [compose.piece.many]: made.map(({ title, text, details }) => details ?? { title, text }),
  };
  return `${JSON.stringify(said, null, 2)}\n`;
}

/** Reports to the user on standard error, since standard output carries the music. */
function say(
  made: readonly Piece[],
  request: AskedPieces,
  { composer, compose, model }: OpenComposer,
  out: string,
): void {
  const { one, many } = compose.piece;
  const where = out === '-' ? '' : `${out}: `;
  const by = model ? ` by ${model.id}` : '';
  for (const sentence of composer.summary(request, made)) process.stderr.write(`${sentence}\n`);
  process.stderr.write(
    `${where}${made.length} ${made.length === 1 ? one : many}${by}, seed ${request.seed}\n`,
  );
}
