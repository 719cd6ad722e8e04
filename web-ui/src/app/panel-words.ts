import { TUNE_OPTIONS, type TuneOptionId } from '../../../src/plugins/folk/compose/tune-options.js';

/** What is typed into a terminal, which nobody here has: programs in quotes, `npx`, options, our own commands. */
const TERMINAL =
  /`|\bnpx\b|\bsudo\b|(?:^|[\s(“"'/])--?[a-z]|\bcontinuo (?:abc|dataset|doctor|evaluate|generate|jam|models?|ports|replay|start|train)\b/i;

/** What the panel calls an option of the command line. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ...(Object.keys(TUNE_OPTIONS) as TuneOptionId[]).map((id) => [kebab(id), TUNE_OPTIONS[id].label] as const),
  ...['redo', 'keep', 'from-bar'].map((option) => [option, 'Bars'] as const),
]);

/** What to do, where what helps in a terminal does not help here. */
const HERE: Readonly<Record<string, string>> = {
  MIDI_UNAVAILABLE:
    'docs/MIDI.md says how the host comes to have them. A MIDI keyboard at this browser can be used all the same.',
  PORT_NOT_FOUND: 'Plug it in, then choose it from the list.',
  PORT_AMBIGUOUS: 'Choose it by its whole name from the list.',
  TUNE_COPIES: 'Raise the temperature, ask for another key or type, or allow copies.',
};

/** `text` in the words of the panel: without sentences, clauses and brackets that speak of a terminal. */
export function panelWords(text: string): string {
  const named = text
    .replace(/(^|[\s(])--([a-z][a-z-]*)/g, (all, before: string, option: string) => {
      const field = FIELDS.get(option);
      return field === undefined ? all : `${before}“${field}”`;
    })
    .replace(/\s*\([^()]*\)/g, (bracket) => (TERMINAL.test(bracket) ? '' : bracket));
  return named
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => {
      if (!TERMINAL.test(sentence)) return sentence;
      const clauses = sentence.split(/;\s+/).filter((clause) => !TERMINAL.test(clause));
      return clauses.length === 0 ? '' : `${clauses.join('; ').replace(/[.;]$/, '')}.`;
    })
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** What went wrong and what to do, in the words of the panel. */
export function troubleInWords(trouble: {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}): string {
  const { code } = trouble;
  const what = panelWords(trouble.message) || `The host refused it (${code}).`;
  const hint = trouble.hint === undefined ? '' : panelWords(trouble.hint);
  const lost = trouble.hint !== undefined && hint !== trouble.hint;
  return `${what} ${lost ? (HERE[code] ?? hint) : hint}`.trim();
}

/** Why the host has no ports, in the words of the panel. */
export function noPortsInWords(why: string): string {
  return TERMINAL.test(why) ? `${panelWords(why)} ${HERE.MIDI_UNAVAILABLE}`.trim() : why;
}

function kebab(id: string): string {
  return id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
