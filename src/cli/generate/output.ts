import { join } from 'node:path';
import { makeFolder } from '../../make-folder.js';
import { DropCount, type Dropped } from '../../music/abc/dropped.js';
import { tuneMidi } from '../../music/abc/to-midi/index.js';
import type { NoveltyIndex } from '../../plugins/folk/codec/novelty-index.js';
import type { TuneModel } from '../../plugins/folk/generate/model.js';
import { type MadeTune, summary, type TuneOrder } from '../../plugins/folk/generate/tunes.js';
import type { ReworkWhat } from '../../plugins/folk/rework/tune.js';
import { requireOutput, writeOutput } from '../files.js';
import { progressBar } from '../progress.js';

/** What cannot be written is said before anything is composed. */
export async function requirePlaces(out: string, folders: readonly (string | undefined)[]): Promise<void> {
  await requireOutput(out, { binary: false });
  for (const folder of folders) if (folder !== undefined) makeFolder(folder);
}

/** A MIDI file a tune, with repeats and so much of the lilt of its type (0 to 1). Throws FILE_WRITE. */
export async function writeMidiFiles(folder: string, made: readonly MadeTune[], lilt: number): Promise<void> {
  for (const { x, title, tune } of made) {
    await writeOutput(placeOf(folder, x, made, 'mid'), tuneMidi(tune, lilt, title));
  }
}

/** An engraved page a tune. Throws FILE_WRITE. */
export async function writeSvgFiles(folder: string, made: readonly MadeTune[]): Promise<void> {
  // The engraver is loaded where it is needed alone.
  const { engrave } = await import('../../engraving/engrave.js');
  const bar = progressBar('engraving');
  try {
    for (const [done, { x, abc }] of made.entries()) {
      await writeOutput(placeOf(folder, x, made, 'svg'), engrave(abc));
      bar.show((done + 1) / made.length);
    }
  } finally {
    bar.done();
  }
}

function placeOf(folder: string, x: number, { length }: readonly MadeTune[], ending: string): string {
  return join(folder, `tune-${String(x).padStart(String(length).length, '0')}.${ending}`);
}

/** The tunes, and how they were asked for and made, as one JSON object. */
export function json(
  { id, hash, memory }: TuneModel,
  order: TuneOrder,
  what: ReworkWhat | undefined,
  made: readonly MadeTune[],
  index: NoveltyIndex | null,
  shared: number | undefined,
): string {
  const { asked, bestOf, temperature, topP, seed, lookAhead } = order;
  const said = {
    model: id,
    modelHash: hash,
    seed,
    settings: {
      asked: asked.map(({ wish }) => wish),
      ...(what ?? { lookAhead }),
      ...{ bestOf, temperature, topP },
      ...(memory === false && { memory }),
    },
    novelty: { mostShared: shared ?? null, heldOut: index?.heldOut ?? null },
    tunes: made.map(({ tune: _, fresh: __, ...tune }) => tune),
    statistics: summary(made),
  };
  return `${JSON.stringify(said, null, 2)}\n`;
}

/** What a tune that was given has lost: with the bars that were made anew, or where its text could not be edited, as a whole. */
export function lost(made: readonly MadeTune[], whole: Dropped): string {
  const count = new DropCount();
  for (const { edited } of made) if (edited) count.addAll(edited);
  const rewritten = made.some(({ edited }) => !edited);
  if (rewritten) count.addAll(whole);
  const what = Object.entries(count.counts).map(([kind, count]) => `${count} ${kind}`);
  if (what.length === 0) return '';
  return rewritten
    ? `Left out of the tune given, which keeps its notes: ${what.join(', ')}.\n`
    : `Not kept of the tune given: ${what.join(', ')}.\n`;
}

/** The name of a type of tunes, of several: `slip jigs`, `waltzes`. */
export function plural(type: string): string {
  const name = type.replaceAll('-', ' ');
  return name.endsWith('ch') ? `${name}es` : name.endsWith('tz') ? `${name}es` : `${name}s`;
}

/** What a person is told: on standard error, since standard output is the music. */
export function words(made: readonly MadeTune[], seed: number, out: string): string {
  const { meanCut, forcedShare } = summary(made);
  const where = out === '-' ? '' : `${out}: `;
  const tunes = made.length === 1 ? '1 tune' : `${made.length} tunes`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `${where}${tunes}, seed ${seed}; the grammar forbade ${percent(meanCut)} of the probability a token, and left no choice in ${percent(forcedShare)} of the notes' tokens\n`;
}
