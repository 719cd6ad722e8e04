import { defineCommand } from 'citty';
import { continuePerformance } from '../../ensemble/continuation.js';
import { drawFactory } from '../../ensemble/draw-factory.js';
import {
  type BarMeasures,
  type BarShare,
  isSameRoot,
  measureBars,
} from '../../evaluation/beats/bar-measures.js';
import { type BarPlace, takeBarPlaces } from '../../evaluation/beats/bar-places.js';
import { type Followed, measureFollowing } from '../../evaluation/beats/following.js';
import { continueInBeats, MOST_CANDIDATES } from '../../host/continue/continue-in-beats.js';
import { assemble, assembleInBeats, type NetworkSetup } from '../../host/models/assemble.js';
import { followBeats } from '../../music/beats/follow.js';
import type { Note } from '../../music/note.js';
import type { ParamValues } from '../../plugin/definition.js';
import { defaultValues } from '../../plugin/params.js';
import { columns } from '../columns.js';
import { ENGINE_ARGS, engineOf, PARAM_ARGS, paramsOf } from '../live/session-options.js';
import { integerOption, numberOption } from '../options.js';
import { progressBar } from '../progress.js';

export default defineCommand({
  meta: {
    name: 'bars',
    description:
      'Have models go on from places in held-out songs whose beats are annotated, and say how far they keep to bars, chords and figure.',
  },
  args: {
    from: {
      type: 'string',
      description: 'Folder of MIDI files with splits.csv',
      valueHint: 'FOLDER',
      required: true,
    },
    beats: {
      type: 'string',
      description: 'Folder with their beats and chords (beat_midi.tsv, chord_midi.tsv)',
      valueHint: 'FOLDER',
      required: true,
    },
    model: {
      type: 'string',
      description: "Models' names or folders, as many as you like",
      valueHint: 'ID|FOLDER,…',
      required: true,
    },
    count: { type: 'string', default: '90', description: 'How many places', valueHint: 'N' },
    prompt: { type: 'string', default: '20', description: 'How long the models listen', valueHint: 'S' },
    seconds: { type: 'string', default: '16', description: 'How long they go on', valueHint: 'S' },
    seed: {
      type: 'string',
      default: '1',
      description: 'The places; place N is continued with seed + N',
      valueHint: 'N',
    },
    follow: {
      type: 'boolean',
      default: false,
      description: 'Models that count in beats hear the beats for themselves, instead of being told',
    },
    candidates: {
      type: 'string',
      default: '8',
      description: 'Models with a critic of continuations choose each four bars from so many',
      valueHint: 'N',
    },
    json: { type: 'boolean', default: false, description: 'One JSON object' },
    ...ENGINE_ARGS,
    ...PARAM_ARGS,
  },
  async run({ args }) {
    const count = integerOption('count', args.count, 1, 10_000);
    const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER - count);
    const options = {
      corpus: args.from,
      beats: args.beats,
      count,
      seed,
      promptSeconds: numberOption('prompt', args.prompt, 4, 120),
      seconds: numberOption('seconds', args.seconds, 4, 300),
    };
    const candidates = integerOption('candidates', args.candidates, 1, MOST_CANDIDATES);
    const places = await takeBarPlaces(options);
    const following = followingOf(places);
    const people = places.map(({ context, followed }) => measureBars(context, followed));
    const rows = [{ model: 'people', ...summary(people, people) }];
    for (const model of args.model.split(',')) {
      const setup = { plugin: 'piano', model, ...engineOf(args), seed };
      const played = await continuations(setup, places, { follow: args.follow, candidates }, (specs) => ({
        ...defaultValues(specs),
        ...paramsOf(args, specs),
      }));
      const measured = places.map(({ context }, index) => measureBars(context, played[index]!));
      rows.push({ model, ...summary(measured, people) });
    }
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ ...options, places: places.length, follow: args.follow, following, models: rows })}\n`
        : `${words(rows, places.length)}\n${followingWords(following, options.promptSeconds)}\n`,
    );
  },
});

/** Shares of the places whose beats, bars and chords are heard right. */
function followingOf(places: readonly BarPlace[]): Followed {
  const followed = places.map(({ context, root }) => measureFollowing(context, root));
  return {
    beat: mean(followed.map(({ beat }) => beat)),
    bar: mean(followed.map(({ bar }) => bar)),
    chord: mean(followed.map(({ chord }) => chord)),
  };
}

function followingWords({ beat, bar, chord }: Followed, seconds: number): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `By ear after ${seconds} s: beats right ${percent(beat)}, bars ${percent(bar)}; chords, the beats known, ${percent(chord)}`;
}

/** What one model makes of each place; nothing where it finds no beats. */
async function continuations(
  setup: NetworkSetup,
  places: readonly BarPlace[],
  { follow, candidates }: { readonly follow: boolean; readonly candidates: number },
  paramsFrom: (specs: Parameters<typeof defaultValues>[0]) => ParamValues,
): Promise<Note[][]> {
  const inBeats = await assembleInBeats(setup);
  const live = inBeats ? null : await assemble(setup);
  const { descriptor, codec, engine } = (inBeats ?? live)!;
  const bar = progressBar(setup.model);
  try {
    const params = paramsFrom(descriptor.params);
    return places.map(({ context: { heard, map, from, until } }, index) => {
      bar.show(index / places.length);
      const draws = drawFactory(codec.vocabulary.size, setup.seed + index, descriptor.params);
      const options = { from, seconds: until - from, params, candidates };
      const performance = { notes: heard, pedal: [] };
      if (live) return continuePerformance({ ...live, createDraw: draws }, performance, options);
      const known = follow ? followBeats(heard, from) : map;
      return known === null
        ? []
        : continueInBeats({ ...inBeats!, createDraw: draws }, performance, known, options);
    });
  } finally {
    bar.done();
    engine.dispose();
  }
}

/** How each share is called, in the order of the table. */
const SHARES: Readonly<Record<BarShare, string>> = {
  onsetsOnGrid: 'onsets on sixteenths',
  bassOnBeats: 'low notes on beats',
  linesWithBass: 'bar lines with a low note',
  barsFound: 'bars found again by ear',
  changesHeard: 'changes of chord heard before',
  figureKept: 'figure kept',
  clashes: 'strong beats that clash',
  barsBack: 'bars that come back',
  tunesBack: 'bars whose tune comes back',
};

type Summary = Readonly<Record<BarShare | 'nextChord' | 'laterChords', number>>;

/** Means over places. */
function summary(measured: readonly BarMeasures[], people: readonly BarMeasures[]): Summary {
  const shares = Object.keys(SHARES) as BarShare[];
  const chordsOf = (from: number, to: number) =>
    measured.flatMap(({ chords }, place) =>
      people[place]!.chords.slice(from, to).map((chord, at) =>
        Number(isSameRoot(chords[from + at] ?? null, chord)),
      ),
    );
  return {
    ...(Object.fromEntries(shares.map((share) => [share, mean(measured.map((one) => one[share]))])) as Record<
      BarShare,
      number
    >),
    nextChord: mean(chordsOf(0, 1)),
    laterChords: mean(chordsOf(1, 4)),
  };
}

function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return Number((known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(4));
}

function words(rows: readonly ({ readonly model: string } & Summary)[], places: number): string {
  const named: readonly [keyof Summary, string][] = [
    ...(Object.entries(SHARES) as [BarShare, string][]),
    ['nextChord', "chord of the next bar as people's"],
    ['laterChords', 'chords of the three bars after'],
  ];
  return columns([
    [`${places} places`, ...rows.map(({ model }) => model)],
    ...named.map(([key, name]) => [name, ...rows.map((row) => `${(100 * row[key]).toFixed(1)} %`)]),
  ]).join('\n');
}
