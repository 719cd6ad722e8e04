/** The worker thread that makes pieces, so that neither the session nor the I/O thread blocks. */
import { randomInt } from 'node:crypto';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { ContinuoError } from '../../errors.js';
import type { Piece } from '../../plugin/composer.js';
import { type PieceShown, pieceGiven } from '../../plugin/piece-schema.js';
import { reportOf } from '../error-report.js';
import { GivenUp } from './checked-composer.js';
import type { ComposeAsked, ComposeSaid, ComposeTask, ComposeWorkerStart } from './compose-link.js';
import type { ExportTask, MakeTask, PieceFile, PieceSoFar, ReadTask } from './control.js';
import { MadePieces } from './made-pieces.js';
import { type OpenComposer, openComposer } from './open-composer.js';

/** Least time between two progress messages, in milliseconds: nobody sees more, and each is drawn. */
const GROWTH_MS = 80;
/** Most characters of a piece or exported file: what a panel can show and one message holds. */
const LONGEST = 400_000;
/** Random seeds lie below this: six digits that people can read. */
const SEEDS = 1_000_000;

const port = parentPort as MessagePort;
const stop = new Int32Array((workerData as ComposeWorkerStart).stop);
const say = (said: ComposeSaid) => port.postMessage(said);
let running = -1;
/** When the last progress message was sent. */
let saidAt = 0;
/** The composer used last stays open, so that its model is loaded once. */
let last: { readonly ref: string; readonly open: OpenComposer } | undefined;
const made = new MadePieces();

function check(): void {
  if (Atomics.load(stop, 0) === running) throw new GivenUp();
}

/** Opens a composer. A failure is not cached: what was missing may be there at the next request. */
async function composerOf(ref: string): Promise<OpenComposer> {
  if (last?.ref === ref) return last.open;
  last?.open.dispose();
  last = undefined;
  made.clear();
  const open = await openComposer(ref, { check });
  last = { ref, open };
  return open;
}

function grows(soFar: PieceSoFar): void {
  const now = performance.now();
  if (now - saidAt < GROWTH_MS) return;
  saidAt = now;
  say({ request: running, soFar });
}

function make(open: OpenComposer, { options, seed = randomInt(SEEDS), given }: MakeTask): PieceShown {
  const { composer, compose, model } = open;
  const notices: string[] = [];
  const pieces = composer.make(
    { options, count: 1, seed, ...(given && { given }) },
    {
      notice: (sentence) => void notices.push(sentence),
      candidate: (candidates, of) => grows({ candidates, ...(of !== undefined && { of }) }),
      grows(text) {
        requireRoom(text, compose.piece.one);
        grows({ text, candidates: 0 });
      },
    },
  );
  const [piece] = pieces;
  const { made: how, ...shown } = shownOf(piece!, open);
  made.add(piece!);
  return {
    ...{ ...shown, notices },
    ...(how && {
      made: { ...how, seed, ...(model && { model: { id: model.id, hash: model.hash } }) },
    }),
  };
}

function read(open: OpenComposer, { text }: ReadTask): PieceShown {
  const { composer } = open;
  // If the plugin reads no pieces, only the text is known of a piece that was not made here.
  const piece = composer.reads ? composer.read(text) : (made.find(text) ?? { title: '', text });
  const { made: _, ...shown } = shownOf(piece, open);
  if (composer.reads) made.add(piece);
  return { ...shown, notices: [] };
}

async function write({ composer, compose }: OpenComposer, task: ExportTask): Promise<PieceFile> {
  const piece = made.find(task.text) ?? composer.read(task.text);
  const content = await composer.write(piece, task.format, task.options);
  const file =
    typeof content === 'string'
      ? { content, binary: false }
      : { content: Buffer.from(content).toString('base64'), binary: true };
  requireRoom(file.content, compose.piece.one);
  return file;
}

/** The piece as a panel shows it. Throws PLUGIN_FAILED where it is malformed, PIECE_TOO_LARGE. */
function shownOf(piece: Piece, { compose, descriptor }: OpenComposer) {
  const { one } = compose.piece;
  const { data, error } = pieceGiven.safeParse(piece);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new ContinuoError(
      'PLUGIN_FAILED',
      `The plugin ${descriptor.id} gave a ${one} that cannot be shown: ${issue?.path.join('.')}: ${issue?.message}.`,
      'Its author can mend it; continuo plugin check tries it.',
    );
  }
  requireRoom(JSON.stringify(data), one);
  return data;
}

function requireRoom(text: string, noun: string): void {
  if (text.length <= LONGEST) return;
  throw new ContinuoError(
    'PIECE_TOO_LARGE',
    `The ${noun} is longer than the ${LONGEST} characters that a panel takes.`,
    'Ask for a shorter one; continuo generate writes longer ones.',
  );
}

async function done({ ref, ...asked }: ComposeTask): Promise<PieceShown | PieceFile> {
  const open = await composerOf(ref);
  switch (asked.type) {
    case 'make':
      return make(open, asked.task);
    case 'read':
      return read(open, asked.task);
    case 'write':
      return write(open, asked.task);
  }
}

port.on('message', async ({ request, task }: ComposeAsked) => {
  running = request;
  saidAt = 0;
  try {
    say({ request, result: await done(task) });
  } catch (error) {
    say({ request, error: reportOf(error) });
  }
});
