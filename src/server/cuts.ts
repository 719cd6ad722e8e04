import type { Seconds } from '../music/units.js';
import type { SessionEvent } from '../session/events.js';
import type { PackedNote } from '../session/packed-notes.js';

type PedalEvent = Extract<SessionEvent, { type: 'pedal' }>;

/** A note of the music so far; `end`: undefined while it sounds. */
export interface HistoryNote extends Omit<PackedNote, 'end'> {
  end: Seconds | undefined;
}

/** A change of the music that was played: what went, and what came in its place. */
export interface Edit {
  readonly notes: { readonly gone: readonly HistoryNote[]; readonly come: readonly HistoryNote[] };
  readonly pedal: { readonly gone: readonly PedalEvent[]; readonly come: readonly PedalEvent[] };
}

/** What undoes an edit. Notes that sounded then end at `time` at the latest. */
export function inverse({ notes, pedal }: Edit, time: Seconds): Edit {
  const come = notes.gone.map((note) => ({ ...note, end: note.end ?? Math.max(note.start, time) }));
  return { notes: { gone: notes.come, come }, pedal: { gone: pedal.come, come: pedal.gone } };
}

/** The edits that were made at once, of the notes of a member; or a moment that was kept between them. */
type Entry =
  | { readonly kept: string }
  | { readonly member: string | undefined; readonly edits: readonly Edit[]; readonly size: number };

/** What was taken back is kept for so many notes in all, and so many times. */
const MOST_NOTES = 2 ** 17;
const MOST_ENTRIES = 4096;

/** How the music was changed since each moment that was kept, so that it can be had again as it was then. */
export class Cuts {
  #entries: Entry[] = [];
  #notes = 0;

  constructor(private readonly mostNotes = MOST_NOTES) {}

  kept(id: string): void {
    this.#add({ kept: id });
  }

  cut(member: string | undefined, edits: readonly Edit[]): void {
    const size = edits.reduce((sum, { notes }) => sum + notes.gone.length + notes.come.length, 0);
    this.#notes += size;
    this.#add({ member, edits, size });
  }

  /** The edits of a member's notes since a moment, the last one first; none where the moment is not known any more. */
  since(id: string, member: string | undefined): readonly Edit[] {
    const from = this.#entries.findLastIndex((entry) => 'kept' in entry && entry.kept === id);
    if (from < 0) return [];
    return this.#entries
      .slice(from)
      .flatMap((entry) => ('edits' in entry && entry.member === member ? entry.edits : []))
      .toReversed();
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    let drop = 0;
    while (this.#entries.length - drop > MOST_ENTRIES || this.#notes > this.mostNotes) {
      const dropped = this.#entries[drop++];
      if (dropped === undefined) break;
      if ('size' in dropped) this.#notes -= dropped.size;
    }
    if (drop > 0) this.#entries = this.#entries.slice(drop);
  }
}
