import { ContinuoError } from '../../errors.js';
import { type CheckedComposer, GivenUp } from '../../host/compose/checked-composer.js';
import { type OpenComposer, openComposer } from '../../host/compose/open-composer.js';
import { readMidi } from '../../music/midi/index.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { Piece } from '../../plugin/composer.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import type { Subject } from '../subject.js';
import { boundsOf } from './option-bounds.js';

/** What each option is tried with may take so long, in milliseconds: what has not failed by then counts as made. */
const TRIED_MS = 1000;

/** Pieces are the same for the same request, their options take what they say, exports open, and edits leave alone what they say. */
export async function checkCompose({ plugin, model, seed, sign }: Subject): Promise<Finding> {
  if (!plugin.definition.compose) return skipped('The plugin makes no pieces.');
  const until = { time: Number.POSITIVE_INFINITY };
  const check = () => {
    sign();
    if (performance.now() > until.time) throw new GivenUp();
  };
  let opened: OpenComposer;
  try {
    opened = await openComposer(plugin.ref, { model, check });
  } catch (error) {
    if (!(error instanceof ContinuoError) || error.code !== 'MODEL_NOT_FOUND') throw error;
    return skipped(`The plugin makes pieces with a model, and none is here. ${error.message}`);
  }
  try {
    const { composer, compose } = opened;
    const pieces = checkSame(composer, compose, seed);
    await checkWritten(composer, compose, pieces[0]!);
    sign();
    const tried = checkOptions(composer, compose, seed, until);
    const edits = checkEdits(composer, compose, pieces[0]!, seed);
    return passed(
      `${pieces.length} ${compose.piece.many} came again the same; ${tried} values of options, ${Object.keys(compose.exports).length} exports and ${edits} edits did what they say.`,
    );
  } finally {
    opened.dispose();
  }
}

const PIECES = 2;

/** Throws a Violation where one request gives two things. */
function checkSame(composer: CheckedComposer, { piece }: ComposeDescriptor, seed: number): Piece[] {
  const request = { options: {}, count: PIECES, seed };
  const [first, second] = [[...composer.make(request)], [...composer.make(request)]];
  const other = first.findIndex(({ text }, index) => text !== second[index]!.text);
  demand(
    other < 0,
    () =>
      `The ${piece.one} ${other + 1} of one request was another the second time. What is made depends on the request alone: no clock, no random numbers of its own.`,
  );
  return first;
}

async function checkWritten(
  composer: CheckedComposer,
  { piece: name, exports }: ComposeDescriptor,
  piece: Piece,
): Promise<void> {
  for (const [index, [format, { binary = false, mediaType }]] of Object.entries(exports).entries()) {
    const written = await composer.write(piece, format);
    demand(written.length > 0, () => `A ${name.one} written as ${format} is empty.`);
    demand(
      (typeof written !== 'string') === binary,
      () =>
        `The export ${format} gives ${binary ? 'a text' : 'bytes'}, and its plugin.json says otherwise (binary).`,
    );
    if (index === 0)
      demand(
        written === piece.text,
        () => `The text of a ${name.one} is not what the export ${format} writes.`,
      );
    if (mediaType === 'audio/midi') readMidi(written as Uint8Array);
    if (mediaType === 'image/svg+xml')
      demand(/<svg[\s>]/.test(String(written)), () => `The export ${format} is no SVG drawing.`);
  }
  if (!composer.reads) return;
  const read = composer.read(piece.text);
  demand(
    read.text === piece.text && (read.segments?.length ?? 0) === (piece.segments?.length ?? 0),
    () => `A ${name.one} that is read again from its own text is another.`,
  );
}

/** Codes that no value within its bounds should lead to. */
const FAILURES: ReadonlySet<string> = new Set(['PLUGIN_FAILED', 'PARAM_VALUE', 'PARAM_UNKNOWN']);

/** Each option at its bounds, one at a time. What does not go together may be refused, with a code such as OPTION_VALUE. */
function checkOptions(
  composer: CheckedComposer,
  { options }: ComposeDescriptor,
  seed: number,
  until: { time: number },
): number {
  let tried = 0;
  for (const [id, option] of Object.entries(options))
    for (const value of boundsOf(option)) {
      tried++;
      until.time = performance.now() + TRIED_MS;
      try {
        for (const _ of composer.make({ options: { [id]: value }, count: 1, seed })) break;
      } catch (error) {
        const refused = error instanceof ContinuoError && !FAILURES.has(error.code);
        demand(
          refused || error instanceof GivenUp,
          () => `With ${id} ${JSON.stringify(value)}: ${(error as Error).message}`,
        );
      } finally {
        until.time = Number.POSITIVE_INFINITY;
      }
    }
  return tried;
}

/** Each edit of a piece, and of those that name segments what should have stayed. Returns how many were tried. */
function checkEdits(
  composer: CheckedComposer,
  compose: ComposeDescriptor,
  piece: Piece,
  seed: number,
): number {
  const { edits, piece: name } = compose;
  const numbers = (piece.segments ?? []).map(({ number }) => number).filter((number) => number > 0);
  let tried = 0;
  for (const [edit, { takes, keeps }] of Object.entries(edits)) {
    const named = numbers[Math.floor(numbers.length / 2)];
    if (takes === 'segments' && named === undefined) continue;
    const given = { text: piece.text, edit, ...(takes === 'segments' && { segments: String(named) }) };
    const [made] = composer.make({ options: {}, count: 1, seed: seed + 1, given });
    tried++;
    if (keeps === undefined) continue;
    const stays = (number: number) => (number === named) === (keeps === 'named');
    const texts = (of: Piece) => (of.segments ?? []).map(({ text }) => text);
    const [before, after] = [texts(piece), texts(made!)];
    const lost = (piece.segments ?? []).find(
      ({ number }, place) => stays(number) && before[place] !== undefined && before[place] !== after[place],
    );
    demand(
      lost === undefined && before.length === after.length,
      () =>
        `The edit ${edit} of ${compose.segment?.one} ${named} should leave the ${compose.segment?.one} ${lost?.number ?? 'count'} of the ${name.one} alone, and does not.`,
    );
  }
  return tried;
}
