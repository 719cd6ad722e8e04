import type { WritableTrack } from '../../music/midi/write.js';
import type { Note } from '../../music/note.js';
import type { TakeHeader } from './header.js';

/** Channels of percussion, and of the tracks of player and first member, 0 to 15. */
const PERCUSSION = 9;
const TAKEN = [0, 1, PERCUSSION];
const FREE = Array.from({ length: 16 }, (_, channel) => channel).filter(
  (channel) => !TAKEN.includes(channel),
);

/** A track of a MIDI file for each further member of a band; percussion stays on its channel, the others have one of their own. */
export function memberTracks(
  { members = [] }: Pick<TakeHeader, 'members'>,
  notesOf: (member: string) => readonly Note[],
): WritableTrack[] {
  return members.map(({ id, channel }, index) => ({
    name: id,
    channel: channel - 1 === PERCUSSION ? PERCUSSION : FREE[index]!,
    events: notesOf(id),
  }));
}
