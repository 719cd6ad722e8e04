import type { ArgDef } from 'citty';
import { FOLDERS } from '../../host/folders.js';
import { TakeLibrary } from '../../host/takes/library/library.js';

/** A take, as every command of `continuo takes` takes one. */
export const TAKE = {
  type: 'positional',
  description: "A take: its id, its name, the beginning of one of them, last, or its folder's path",
  valueHint: 'TAKE',
  required: true,
} as const satisfies ArgDef;

/** Where takes are looked for. */
export const TAKES = {
  type: 'string',
  description: `Where the takes are (default: ${FOLDERS.takes})`,
  valueHint: 'FOLDER',
} as const satisfies ArgDef;

export const MODEL = {
  type: 'string',
  description:
    'Where the model of the take is now: its name or folder (default: as when the take was played)',
  valueHint: 'ID|FOLDER',
} as const satisfies ArgDef;

export function libraryOf({ takes }: { readonly takes?: string | undefined }): TakeLibrary {
  return new TakeLibrary(takes ?? FOLDERS.takes);
}

/** Seconds as `3:07`, from an hour on `1:03:07`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** A date of a take in local time; a dash where there is none that can be read. */
export function localDate(date: string | null): string {
  const at = new Date(date ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return '-';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
