/** Oddities of a MIDI file that it could be read in spite of, each with what was made of it. */
const MEANINGS = {
  trackTruncated: 'the track is cut off in the middle of an event; it was read up to there',
  trackDamaged: 'the track has bytes that are no MIDI event; it was read up to there',
  afterEnd: 'bytes follow the end of the track; they were left out',
  foreignChunk: 'a part of the file is no track; it was left out',
  trackCount: 'the file has another number of tracks than its header says; all that are there were read',
  unknownFormat: 'the file is of an unknown format; it was read as format 1',
  patterns: 'the file holds independent patterns (format 2); they were put one after another',
  badMeta: 'a meta event has a length or a value that it cannot have; it was left out',
  tempoZero: 'a tempo of no length was left out',
  noteWithoutEnd: 'a note has no end; it was ended at the next note of its pitch, or at the end of its track',
  endWithoutNote: 'the end of a note that had not begun was left out',
  noteWithoutLength: 'a note ends as it begins; it was given the length of one tick',
} as const;

export type MidiWarningCode = keyof typeof MEANINGS;

/** One kind of oddity in one track. */
export interface MidiWarning {
  readonly code: MidiWarningCode;
  readonly message: string;
  /** Index of the track in the file; null where it is about the file as a whole. */
  readonly track: number | null;
  /** Where it first occurs; null where it has no place in time. */
  readonly tick: number | null;
  readonly count: number;
}

type Counted = { -readonly [K in keyof MidiWarning]: MidiWarning[K] };

/** Collects warnings, one for each code and track, so that a hostile file cannot make a million. */
export class MidiWarnings {
  private readonly found: Counted[] = [];
  private readonly byTrack = new Map<number | null, Map<MidiWarningCode, Counted>>();

  add(code: MidiWarningCode, track: number | null = null, tick: number | null = null): void {
    let ofTrack = this.byTrack.get(track);
    if (!ofTrack) {
      ofTrack = new Map();
      this.byTrack.set(track, ofTrack);
    }
    const same = ofTrack.get(code);
    if (same) {
      same.count++;
      return;
    }
    const first: Counted = { code, message: MEANINGS[code], track, tick, count: 1 };
    ofTrack.set(code, first);
    this.found.push(first);
  }

  list(): readonly MidiWarning[] {
    return this.found;
  }
}
