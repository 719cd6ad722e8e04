import { columns } from '../../columns.js';
import { type NetworkSetup, openHostPerformer } from '../../host/models/open-host-performer.js';
import { openChosenModel, readModel } from '../../host/models/read-model.js';
import { readDescriptor } from '../../host/plugins/plugins.js';
import { followBeats } from '../../music/beats/follow.js';
import type { Note } from '../../music/note.js';
import { continuePerformance } from '../../performer/continuation.js';
import { drawFactory } from '../../performer/draw-factory.js';
import { beatCodec } from '../../plugins/piano/beats/codec/index.js';
import { beatModel } from '../../plugins/piano/beats/continue/beat-model.js';
import { continueInBeats, MOST_CANDIDATES } from '../../plugins/piano/beats/continue/continue-in-beats.js';
import piano from '../../plugins/piano/index.js';
import { defineStudy, type StudyContext } from '../study.js';
import { type BarMeasures, type BarShare, isSameRoot, measureBars } from './bar-measures.js';
import { type BarPlace, takeBarPlaces } from './bar-places.js';
import { type Followed, measureFollowing } from './following.js';

const MOST_PLACES = 10_000;

/** Measures how well models keep to bars, chords and accompaniment figure when they continue held-out songs. */
export const bars = defineStudy({
  name: 'bars',
  help: 'Have models go on from places in held-out songs whose beats are annotated, and say how far they keep to bars, chords and figure.',
  options: {
    from: {
      type: 'text',
      default: '',
      required: true,
      help: 'Folder of MIDI files with splits.csv',
      hint: 'FOLDER',
    },
    beats: {
      type: 'text',
      default: '',
      required: true,
      help: 'Folder with their beats and chords (beat_midi.tsv, chord_midi.tsv)',
      hint: 'FOLDER',
    },
    model: {
      type: 'text',
      default: '',
      required: true,
      help: "Models' names or folders, as many as you like",
      hint: 'ID|FOLDER,…',
    },
    count: { type: 'int', min: 1, max: MOST_PLACES, default: 90, help: 'How many places', hint: 'N' },
    prompt: { type: 'float', min: 4, max: 120, default: 20, help: 'How long the models listen', hint: 'S' },
    seconds: { type: 'float', min: 4, max: 300, default: 16, help: 'How long they go on', hint: 'S' },
    seed: {
      type: 'int',
      min: 0,
      max: Number.MAX_SAFE_INTEGER - MOST_PLACES,
      default: 1,
      help: 'The places; place N is continued with seed + N',
      hint: 'N',
    },
    follow: {
      type: 'toggle',
      default: false,
      help: 'Models that count in beats hear the beats for themselves, instead of being told',
    },
    candidates: {
      type: 'int',
      min: 1,
      max: MOST_CANDIDATES,
      default: 8,
      help: 'Models with a critic of continuations choose each four bars from so many',
      hint: 'N',
    },
  },
  plays: true,
  page: null,
  async run({ from: corpus, prompt: promptSeconds, model: models, follow, candidates, ...rest }, context) {
    const { beats, count, seed, seconds } = rest;
    const options = { corpus, beats, count, seed, promptSeconds, seconds };
    const places = await takeBarPlaces(options);
    const following = followingOf(places);
    const people = places.map(({ context, followed }) => measureBars(context, followed));
    const rows: Row[] = [{ model: 'people', ...summary(people, people) }];
    for (const model of models.split(',')) {
      const setup = { plugin: 'piano', model, ...context.engine, seed };
      const played = await continuations(setup, places, { follow, candidates }, context);
      const measured = places.map(({ context }, index) => measureBars(context, played[index]!));
      rows.push({ model, ...summary(measured, people) });
    }
    return {
      data: { ...options, places: places.length, follow, following, models: rows },
      text: () => `${words(rows, places.length)}\n${followingWords(following, promptSeconds)}\n`,
    };
  },
});

/** Shares of the places at which beats, bars and chords are tracked correctly. */
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

/** One model's continuation of each place; nothing where it finds no beats. */
async function continuations(
  setup: NetworkSetup,
  places: readonly BarPlace[],
  { follow, candidates }: { readonly follow: boolean; readonly candidates: number },
  { paramsFrom, bar: barOf }: Pick<StudyContext, 'paramsFrom' | 'bar'>,
): Promise<Note[][]> {
  const { beats, live } = await openEither(setup);
  const { codec, engine } = beats ?? live;
  const { params: specs } = await readDescriptor(setup.plugin);
  const bar = barOf(setup.model);
  try {
    const params = paramsFrom(specs);
    return places.map(({ context: { heard, map, from, until } }, index) => {
      bar.show(index / places.length);
      const draws = drawFactory(codec.vocabulary.size, setup.seed + index, specs);
      const options = { from, seconds: until - from, params, candidates };
      const performance = { notes: heard, pedal: [] };
      if (beats === null) return continuePerformance({ ...live, createDraw: draws }, performance, options);
      const known = follow ? followBeats(heard, from) : map;
      return known === null
        ? []
        : continueInBeats(
            beatModel({ ...beats, createDraw: draws }, setup.memory !== false),
            performance,
            known,
            options,
          );
    });
  } finally {
    bar.done();
    engine.dispose();
  }
}

/** A model that counts in beats, without a live stream; else a model with one. */
async function openEither(setup: NetworkSetup) {
  const model = await readModel(setup.model);
  if (model.metadata.codec !== beatCodec.id) return { beats: null, live: await openHostPerformer(setup) };
  const options = { ...setup, plugin: piano, codec: () => beatCodec };
  return { beats: await openChosenModel(model, options), live: null };
}

/** Labels of the shares, in table order. */
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

type Row = { readonly model: string } & Summary;

/** The means of the measures over places. */
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

function words(rows: readonly Row[], places: number): string {
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
