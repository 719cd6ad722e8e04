/** Faults of a MIDI file that was read in spite of them, each with how it was read. */
const MEANINGS = {
  headerDamaged: 'the header of the file or of a track is damaged; what it must have said was taken',
  trackLength: 'a track is longer or shorter than it says; it was read to its end-of-track event',
  trackTruncated: 'the track is cut off in the middle of an event; it was read up to there',
  trackDamaged: 'the track has bytes that are no MIDI event; they were passed over, up to the next event',
  dataByte:
    'an event has a data byte over 127; its value was taken as 127, or the event was left out where the byte names a note',
  systemMessage: 'a system message, which has no place in a file, was left out',
  longTime: 'a time is written in more than four bytes; one too large for four was taken as none',
  afterEnd: 'bytes follow the end of the track; they were left out',
  foreignChunk: 'a part of the file is no track; it was left out',
  trackCount: 'the file has another number of tracks than its header says; all that are there were read',
  unknownFormat: 'the file is of an unknown format; it was read as format 1',
  patterns: 'the file holds independent patterns (format 2); they were put one after another',
  badMeta: 'a meta event has a length or a value that it cannot have; it was left out',
  tempoZero: 'a tempo of no length was left out',
  noDivision: 'the header says no ticks a beat; 480 were taken',
  smpteRate: 'the header says an unusual number of frames a second; it was taken as it stands',
  noteWithoutEnd:
    'a note has no end; it was ended at the next note of its pitch, at the end of its track, or after two beats, whichever is first',
  endWithoutNote: 'the end of a note that had not begun was left out',
  noteWithoutLength: 'a note ends as it begins; it was given the length of one tick',
} as const;

export type MidiWarningCode = keyof typeof MEANINGS;

/** One kind of fault in one track. */
export interface MidiWarning {
  readonly code: MidiWarningCode;
  readonly message: string;
  /** Index of the track in the file; null where it is about the file as a whole. */
  readonly track: number | null;
  /** Where it first occurs; null where it has no place in time. */
  readonly tick: number | null;
  readonly count: number;
}

/** A warning about any file, for {@link warningLines}. */
type CountedWarning = Omit<Partial<MidiWarning>, 'code' | 'message'> & {
  readonly code: string;
  readonly message: string;
};

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

  /** A line for each kind of fault, for people. */
  lines(): string[] {
    return warningLines(this.found);
  }
}

/** Warnings without those that cost no music: recorders write notes of no length, one file in ten of the corpora has some. */
export function damageIn(warnings: readonly MidiWarning[]): MidiWarning[] {
  return warnings.filter(({ code }) => code !== 'noteWithoutLength');
}

/** A line for each kind of fault, however many tracks have it: how often, and where first. */
export function warningLines(warnings: readonly CountedWarning[]): string[] {
  const codes = [...new Set(warnings.map(({ code }) => code))];
  return codes.map((code) => {
    const same = warnings.filter((warning) => warning.code === code);
    const times = same.reduce((sum, { count = 1 }) => sum + count, 0);
    const { message, track = null, tick = null } = same[0]!;
    const place = [
      ...(times > 1 ? [`${times} times`] : []),
      ...(track === null ? [] : [`${times > 1 ? 'first ' : ''}in track ${track + 1}`]),
      ...(tick === null ? [] : [`at tick ${tick}`]),
    ].join(' ');
    return place === '' ? message : `${message} (${place})`;
  });
}
