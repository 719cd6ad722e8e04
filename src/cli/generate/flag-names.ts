import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';

/** Arguments by the names of their flags, as they were read. */
export type FlagArgs = Readonly<Record<string, unknown>>;

/** bestOf: best-of. */
export function flagOf(id: string): string {
  return id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The exports that have a flag: all but the first, which is what is printed. */
export function extraExports({ exports }: ComposeDescriptor): string[] {
  return Object.keys(exports).slice(1);
}

/** The edits that have a flag: all but that of a piece that is given without another word. */
export function namedEdits({ edits, givenEdit }: ComposeDescriptor): string[] {
  return Object.keys(edits).filter((edit) => edit !== givenEdit);
}

/** Whether --prime gives a piece: to an edit that takes more than the piece, or by itself. */
export function takesPrime({ edits, givenEdit }: ComposeDescriptor): boolean {
  return givenEdit !== undefined || Object.values(edits).some(({ takes }) => takes !== 'nothing');
}

/** Whether pieces are given as files; a text is given as it is. */
export function givesFiles({ edits, preview }: ComposeDescriptor): boolean {
  return preview === 'abc' && Object.keys(edits).length > 0;
}
