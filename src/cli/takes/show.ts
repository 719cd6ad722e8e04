import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { ContinuoError } from '../../errors.js';
import { reportOf } from '../../host/error-report.js';
import { firstOf, openTake, type TakeMusic, takeMusic } from '../../host/takes/library/music.js';
import { summarize, type TakeSummary } from '../../host/takes/library/summary.js';
import { eventsOf, type TakeEvent } from '../../host/takes/library/turns.js';
import { printable } from '../printable.js';
import { clockTime, libraryOf, localDate, MODEL, TAKE, TAKES } from './args.js';
import { whoPlayed } from './list.js';

export default defineCommand({
  meta: { name: 'show', description: 'Say what a take is, and what happened in it, turn by turn.' },
  args: {
    take: TAKE,
    takes: TAKES,
    model: MODEL,
    json: { type: 'boolean', default: false, description: 'Print { take, source, missing, events } as JSON' },
  },
  async run({ args }) {
    const folder = libraryOf(args).find(args.take);
    const opened = await openTake(folder);
    const summary = await summarize(folder);
    const music = await musicOrNothing(() => takeMusic(opened, args));
    const events = eventsOf(music.tracks, opened.take?.records ?? []);
    const take = withNotesOf(summary, music);
    if (args.json) {
      const { from: source, missing } = music;
      process.stdout.write(`${JSON.stringify({ take, source, missing, events }, null, 2)}\n`);
      return;
    }
    const first = firstOf(music.tracks);
    process.stdout.write(printable(`${[...head(take), '', ...told(events, first)].join('\n')}\n`));
    for (const why of music.missing)
      process.stderr.write(printable(`continuo: not all of it is here. ${why}\n`));
  },
});

/** A take without notes is shown all the same. */
async function musicOrNothing(music: () => Promise<TakeMusic>): Promise<TakeMusic> {
  try {
    return await music();
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { tracks: [], from: 'player', missing: [reportOf(error).message] };
  }
}

/** The numbers of notes as they were found now: a list knows them only where the take ended. */
function withNotesOf(summary: TakeSummary, { tracks, from }: TakeMusic): TakeSummary {
  if (from === 'player') return summary;
  const count = (voice: string) =>
    tracks.reduce((sum, track) => sum + (track.voice === voice ? track.events.length : 0), 0);
  return { ...summary, notes: { player: count('player'), model: count('model') } };
}

function head(take: TakeSummary): string[] {
  const { id, name, mode, notes, bytes, pluginVersion, folder } = take;
  const state = take.writing
    ? 'It is being written.'
    : take.damage !== null
      ? `It is damaged: ${take.damage.message}`
      : take.cutOff
        ? 'It was cut off: the program or the machine ended before the session did.'
        : '';
  return [
    `${name === null ? id : `${name} (${id})`}`,
    ...columns([
      ['played at', localDate(take.date)],
      ['length', clockTime(take.length)],
      ['who', `${whoPlayed(take)}${pluginVersion === null ? '' : ` (plugin version ${pluginVersion})`}`],
      ['mode', mode ?? '-'],
      [
        'notes',
        `${notes.player} of the player, ${notes.model ?? 'an unknown number'} of ${take.members.length > 0 ? 'the others' : 'the model'}`,
      ],
      ['log', `${bytes.toLocaleString('en')} bytes in ${folder}`],
    ]).map((line) => `  ${line}`),
    ...(state === '' ? [] : [`  ${state}`]),
  ];
}

const BY = { player: 'player', model: 'model', together: 'together' } as const;

/** What happened, with times from the first note. */
function told(events: readonly TakeEvent[], first: number): string[] {
  if (events.length === 0) return ['  Nothing was played.'];
  return columns(
    events.map((event) => {
      const at = clockTime(event.time - first).padStart(7);
      if (event.type === 'event') return [at, '', event.words];
      const { by, notes, time, until } = event;
      return [at, BY[by], `${notes} ${notes === 1 ? 'note' : 'notes'} in ${(until - time).toFixed(1)} s`];
    }),
  );
}
