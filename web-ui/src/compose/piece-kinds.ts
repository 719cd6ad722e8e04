import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import type { BookKind } from './piece-book.js';

export type Preview = ComposerChoice['compose']['preview'];

/** How the panel handles pieces of one kind, beyond showing them. */
export interface PieceKind extends BookKind {
  /** Storage key of the book: ABC tunes share one among plugins, texts have one for each. */
  bookKey(plugin: string): string;
  /** Whether a piece's text contains its title. */
  readonly hasTitle: boolean;
  /** The title of a piece whose plugin gives it none. */
  titleOf(text: string): string;
}

/** Most characters of a title taken from a text's first words. */
const TITLE = 40;

export const PIECE_KINDS: Readonly<Record<Preview, PieceKind>> = {
  abc: {
    bookKey: () => 'continuo.tunebook',
    hasTitle: true,
    withTitle(abc, title) {
      if (/^T:.*$/m.test(abc)) return abc.replace(/^T:.*$/m, () => `T:${title}`);
      return abc.replace(/^X:.*$/m, (number) => `${number}\nT:${title}`);
    },
    titleOf: () => '',
    joined: (tunes) =>
      tunes.map((abc, index) => `${abc.trim().replace(/^X:.*$/m, `X:${index + 1}`)}\n`).join('\n'),
  },
  text: {
    bookKey: (plugin) => `continuo.pieces.${plugin}`,
    hasTitle: false,
    withTitle: (text) => text,
    titleOf: firstWords,
    joined: (texts) => texts.map((text) => `${text.trimEnd()}\n`).join('\n'),
  },
};

/** A title from the first words of a text. */
export function firstWords(text: string): string {
  const line = text.trim().split('\n', 1)[0]!.replace(/\s+/g, ' ');
  return line.length <= TITLE ? line : `${line.slice(0, TITLE + 1).replace(/\s\S*$/, '')} …`;
}
