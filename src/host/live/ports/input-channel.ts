import { PERCUSSION_CHANNEL } from '../../../midi/index.js';
import type { INPUT_CHANNELS } from '../../../session/params.js';

/** Which channels of the keyboard are heard: the session parameter `inputChannel`. */
export type ChannelFilter = (typeof INPUT_CHANNELS)[number];

/** Whether `channel` (0 to 15) is heard. Percussion (channel 10) is not, unless it is selected: drums are no piano notes. */
export function hears(filter: ChannelFilter, channel: number): boolean {
  if (filter === 'all but 10') return channel !== PERCUSSION_CHANNEL;
  return filter === 'all' || Number(filter) === channel + 1;
}

/** The message to a player whose keys on `channel` (0 to 15) are ignored. */
export function notHeard(filter: ChannelFilter, channel: number): string {
  const said = `Notes come in on MIDI channel ${channel + 1}, which is not heard (channels heard: ${filter}).`;
  const percussion =
    channel === PERCUSSION_CHANNEL ? ' Channel 10 is percussion: drums are no piano notes.' : '';
  return `${said}${percussion} The setting "Channels heard" lets them in.`;
}
