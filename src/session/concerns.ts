import type { Voice } from '../codec/codec.js';

/** Who plays a note: the player, or the model of a member of a band (undefined: the first). */
interface Played {
  readonly voice: Voice;
  readonly member?: string | undefined;
}

/** Whether a note is of the model that an event tells of. */
export function ofModel({ voice, member }: Played, event: { readonly member?: string }): boolean {
  return voice === 'model' && member === event.member;
}

/** Whether a note is part of what `takenBack`, `restored` or `allOff` cuts. */
export function isCutBy(
  { member }: Played,
  event: { readonly type: 'takenBack' | 'restored' | 'allOff'; readonly member?: string },
): boolean {
  return member === event.member || (event.type === 'allOff' && event.member === undefined);
}
