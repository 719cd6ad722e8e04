import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';

/** Parsed arguments by flag name. */
export type FlagArgs = Readonly<Record<string, unknown>>;

/** The flag of an option id: bestOf becomes best-of. */
export function flagOf(id: string): string {
  return id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The exports with a flag: all but the first, which is the format on standard output. */
export function extraExports({ exports }: ComposeDescriptor): string[] {
  return Object.keys(exports).slice(1);
}

/** The edits with a flag: all but the default edit of a given piece. */
export function namedEdits({ edits, givenEdit }: ComposeDescriptor): string[] {
  return Object.keys(edits).filter((edit) => edit !== givenEdit);
}

/** Whether --prime gives the piece: for an edit that takes more than the piece, or by itself. */
export function takesPrime({ edits, givenEdit }: ComposeDescriptor): boolean {
  return givenEdit !== undefined || Object.values(edits).some(({ takes }) => takes !== 'nothing');
}

/** Whether pieces are given as files; text is given directly on the command line. */
export function givesFiles({ edits, preview }: ComposeDescriptor): boolean {
  return preview === 'abc' && Object.keys(edits).length > 0;
}
