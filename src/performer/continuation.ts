import { eventsOf } from '../music/events.js';
import type { Note, Performance } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import { NoteLedger } from '../session/ledger.js';
import { ModelVoice } from '../session/model-voice.js';
import { PlayedNotes } from '../session/played-notes.js';
import type { Performer } from './performer.js';

/** Events fed, and seconds sampled, between two reports of progress. */
const CHUNK_EVENTS = 256;
const CHUNK: Seconds = 1;

/**
 * Continues a performance for `seconds`, from the end of its last note or from `from`, whichever is later. It runs the code of a
 * live session without a clock, so it gives the notes that a session would have played; times are those of the performance.
 * `progress` is called with shares from 0 to 1.
 */
export function continuePerformance(
  performer: Performer,
  performance: Performance,
  options: {
    readonly seconds: Seconds;
    readonly from?: Seconds;
    readonly params: ParamValues;
    readonly progress?: (share: number) => void;
  },
): Note[] {
  const { seconds, params, progress } = options;
  const playedNotes = new PlayedNotes();
  const silent = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };
  let ids = 0;
  const voice = new ModelVoice(
    {
      ...performer,
      ledger: new NoteLedger(silent),
      emit: (event) => playedNotes.add(event),
      record: () => {},
    },
    params,
    () => ids++,
    { time: 0 },
  );
  const events = eventsOf(performance);
  const end = performance.notes.reduce((latest, note) => Math.max(latest, note.end), options.from ?? 0);
  events.forEach((event, index) => {
    voice.feed(event);
    if (index % CHUNK_EVENTS === 0) progress?.((0.5 * index) / events.length);
  });
  voice.feed({ type: 'pedal', time: end, down: false });
  voice.begin(end, { kind: 'answer', endsAt: end + seconds, closesAt: null });
  for (let horizon = end; voice.doneAt === null; horizon += CHUNK) {
    if (!voice.plan(horizon)) break;
    progress?.(0.5 + 0.5 * Math.min(1, (horizon - end) / seconds));
  }
  voice.end(voice.head);
  voice.free();
  return playedNotes.notes('model', voice.head);
}
