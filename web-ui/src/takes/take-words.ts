import type { ListedTake } from './take-list.js';

/** Seconds as `3:07`, from an hour on `1:03:07`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** When a take was played, in the reader's own way of writing dates. */
export function playedAt({ date }: Pick<ListedTake, 'date'>): string {
  const at = new Date(date ?? Number.NaN);
  return Number.isNaN(at.getTime())
    ? 'at an unknown time'
    : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** The name of a take, or when it was played. */
export function titleOf(take: ListedTake): string {
  return take.name ?? playedAt(take);
}

/** Who played, and how much. */
export function detailOf({
  length,
  notes: { player, model },
  plugin,
  model: weights,
  members,
}: ListedTake): string {
  const others = members.length > 0 ? ` and ${members.map(({ plugin }) => plugin).join(', ')}` : '';
  const who = plugin === null ? 'an unknown plugin' : `${weights ?? plugin}${others}`;
  return `${clockTime(length)} · ${player} + ${model ?? '?'} notes · ${who}`;
}

/** What is to be known of the state of a take; empty where nothing is. */
export function stateOf({ writing, damage, cutOff }: ListedTake): string {
  if (writing) return 'now';
  if (damage !== null) return 'damaged';
  return cutOff ? 'cut off' : '';
}

/** A name for a jam that has none, by its day and time. */
export function nameOf(take: Pick<ListedTake, 'date'>): string {
  return `Jam of ${playedAt(take)}`;
}
