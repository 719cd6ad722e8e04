import type { WritableTrack } from '../../music/midi/write.js';
import type { Instrument } from '../../session/events.js';
import type { PlayedNote } from '../../session/played-notes.js';
import type { TakeHeader, TakeVoice } from './header.js';

/** The track of one instrument of a model. */
export interface ModelTrack extends WritableTrack {
  /** The instrument; absent where its plugin names none. */
  readonly part?: string;
  /** How it sounded as it was played; its channel in the file may be another. */
  readonly instrument: Instrument;
}

/** Channels of the player, of a model without voices of its own, and of percussion, 0 to 15. */
const PLAYER = 0;
const MODEL = 1;
const PERCUSSION = 9;
const CHANNELS = 16;

/**
 * The tracks of a take's MIDI file that the models play: one for each voice, on a channel of its own where there is one left; percussion
 * stays on its channel. `notesOf`: the notes of a further member of a band, without one those of the first.
 */
export function modelTracks(
  { voices, members = [] }: Pick<TakeHeader, 'voices' | 'members'>,
  notesOf: (member?: string) => readonly PlayedNote[],
): ModelTrack[] {
  const used = new Set([PLAYER, PERCUSSION]);
  const free = (...wanted: number[]) => {
    const all = [...wanted, ...Array.from({ length: CHANNELS }, (_, at) => at)];
    const channel = all.find((at) => !used.has(at)) ?? MODEL;
    used.add(channel);
    return channel;
  };
  const tracks = (name: string, own: readonly TakeVoice[], notes: readonly PlayedNote[]) =>
    own.map((voice, index): ModelTrack => {
      const { id, channel, program } = voice;
      return {
        name: own.length > 1 ? (name === 'model' ? voice.name : `${name}: ${voice.name}`) : name,
        channel: channel - 1 === PERCUSSION ? PERCUSSION : free(channel - 1),
        ...(program !== undefined && { program: program - 1 }),
        part: id,
        instrument: { channel, ...(program !== undefined && { program }) },
        events: notes.filter(
          ({ part }) => part === id || (index === 0 && !own.some((other) => other.id === part)),
        ),
      };
    });
  if (voices !== undefined) return [...tracks('model', voices, notesOf()), ...ofMembers()];
  // A model without voices of its own keeps its channel, whether it plays alone or in a band.
  used.add(MODEL);
  return [{ name: 'model', channel: MODEL, instrument: {}, events: notesOf() }, ...ofMembers()];

  function ofMembers(): ModelTrack[] {
    return members.flatMap((member) => tracks(member.id, member.voices, notesOf(member.id)));
  }
}
