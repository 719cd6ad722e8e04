import { ContinuoError } from '../../errors.js';
import { GivenUp } from '../../host/compose/checked-composer.js';
import { chosenModel } from '../../host/models/chosen-model.js';
import { type OpenOffline, openOffline } from '../../host/offline/open-offline.js';
import { type PlayedPart, type PlayOffline, playOffline } from '../../host/offline/play-offline.js';
import { readMidi, writeMidi } from '../../music/midi/index.js';
import type { MidiPiece } from '../../music/midi/piece.js';
import type { Note } from '../../music/note.js';
import { toPerformance } from '../../music/to-performance.js';
import { defaultValues } from '../../plugin/params.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import type { Subject } from '../subject.js';
import { boundsOf } from './option-bounds.js';

/** What each option is tried with may take so long, in milliseconds: what has not failed by then counts as played. */
const TRIED_MS = 1000;
/** How long continuations are. */
const SECONDS = 6;

/**
 * With a file of one part and one of several, in two tempos and meters, the plugin plays the same twice, within the file or its
 * continuation, and each note ends; options take what they say.
 */
export async function checkOffline(subject: Subject): Promise<Finding> {
  const { plugin, seed, sign } = subject;
  if (!plugin.definition.offline) return skipped('The plugin plays with no files.');
  const until = { time: Number.POSITIVE_INFINITY };
  const check = () => {
    sign();
    if (performance.now() > until.time) throw new GivenUp();
  };
  let opened: OpenOffline | null;
  try {
    const model = chosenModel(plugin.descriptor, subject.model);
    opened = await openOffline(
      { plugin: plugin.ref, model, engine: 'kernel', precision: 'int8', seed },
      check,
    );
  } catch (error) {
    if (!(error instanceof ContinuoError) || error.code !== 'MODEL_NOT_FOUND') throw error;
    return skipped(`The plugin plays with a model, and none is here. ${error.message}`);
  }
  if (opened === null) return skipped('With this model the plugin goes on from files by its live stream.');
  try {
    let notes = 0;
    for (const file of FILES) {
      sign(`with ${file.name}`);
      notes += (await checkSame(opened, file.name, askedFor(file.piece, opened))) ?? 0;
    }
    demand(notes > 0, () => `The plugin plays nothing with ${FILES.map(({ name }) => name).join(' and ')}.`);
    const tried = await checkOptions(opened, until);
    return passed(
      `With ${FILES.length} files it played ${notes} notes, the same twice; ${tried} values of options did what they say.`,
    );
  } finally {
    opened.dispose();
  }
}

function askedFor(piece: MidiPiece, { offline, descriptor }: OpenOffline): PlayOffline {
  const continues = offline.does === 'continues';
  return {
    ...{ piece, performance: toPerformance(piece), params: defaultValues(descriptor.params) },
    ...(continues && { seconds: SECONDS }),
    ...(offline.countsIn && { countIn: 1 }),
  };
}

/** Throws a Violation where one request gives two things. Returns how many notes were played. */
async function checkSame(opened: OpenOffline, name: string, asked: PlayOffline): Promise<number> {
  const [first, second] = [await playOffline(opened, asked), await playOffline(opened, asked)];
  const [one, two] = [notesOf(first.parts), notesOf(second.parts)];
  const other = one.findIndex((note, index) => note !== two[index]);
  demand(
    other < 0 && one.length === two.length,
    () =>
      `With ${name} the same seed gave something else the second time: note ${Math.max(other, 0)} was ${one[other]}, then ${two[other]}. ` +
      'What is played depends on the request alone: no clock, no random numbers of its own.',
  );
  return one.length;
}

const notesOf = (parts: readonly PlayedPart[]): string[] =>
  parts.flatMap(({ voice, notes }) =>
    notes.map(({ pitch, velocity, start, end }) =>
      [voice?.id ?? 'none', pitch, velocity, start, end].join(' '),
    ),
  );

/** Codes that no value within its bounds should lead to. */
const FAILURES: ReadonlySet<string> = new Set(['PLUGIN_FAILED', 'PARAM_VALUE', 'PARAM_UNKNOWN']);

/** Each option at its bounds, one at a time. What does not go together may be refused, with a code such as OPTION_VALUE. */
async function checkOptions(opened: OpenOffline, until: { time: number }): Promise<number> {
  const asked = askedFor(FILES[0]!.piece, opened);
  let tried = 0;
  for (const [id, option] of Object.entries(opened.offline.options))
    for (const value of boundsOf(option)) {
      tried++;
      until.time = performance.now() + TRIED_MS;
      try {
        await playOffline(opened, { ...asked, options: { [id]: value } });
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

const BARS = 8;

/** A song: a melody over chords and a bass, in bars of so many beats of so many seconds. */
function song(beats: number, pace: number) {
  const parts: Record<'Melody' | 'Chords' | 'Bass', Note[]> = { Melody: [], Chords: [], Bass: [] };
  const add = (part: Note[], pitch: number, at: number, length: number) =>
    part.push({ pitch, velocity: 72, start: at * pace, end: (at + length) * pace });
  for (let bar = 0; bar < BARS; bar++) {
    const root = [48, 53, 55, 48][bar % 4]!;
    const line = beats * bar;
    add(parts.Bass, root - 12, line, beats);
    for (const above of [12, 16, 19]) add(parts.Chords, root + above, line, beats);
    for (let eighth = 0; eighth < 2 * beats; eighth++)
      if ((bar + eighth) % 3 !== 2)
        add(parts.Melody, 72 + [0, 2, 4, 7][(bar + eighth) % 4]!, line + eighth / 2, 0.5);
  }
  return parts;
}

/** Read as from a file, so that they are what the host would hand in. */
const FILES: readonly { readonly name: string; readonly piece: MidiPiece }[] = [
  { name: 'a melody in 3/4 at 100 beats a minute', beats: 3, bpm: 100, parts: ['Melody'] as const },
  {
    name: 'a song of three parts in 4/4 at 120 beats a minute',
    ...{ beats: 4, bpm: 120, parts: ['Melody', 'Chords', 'Bass'] as const },
  },
].map(({ name, beats, bpm, parts }) => {
  const tracks = song(beats, 60 / bpm);
  const written = parts.map((part, channel) => ({ name: part, channel, program: 0, events: tracks[part] }));
  const meter = { time: 0, numerator: beats, denominator: 4 };
  return { name, piece: readMidi(writeMidi(written, { bpm, timeSignatures: [meter] })) };
});
