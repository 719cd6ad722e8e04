/** Matches what only makes sense in a terminal: quoted programs, `npx`, options, our own commands. */
const TERMINAL =
  /`|\bnpx\b|\bsudo\b|(?:^|[\s(“"'/])--?[a-z]|\bcontinuo (?:abc|dataset|doctor|evaluate|generate|jam|models?|ports|replay|sessions|start|takes|train)\b/i;

/** Names of form fields by command-line option. */
type Fields = ReadonlyMap<string, string>;
const NO_FIELDS: Fields = new Map();

/** Advice in the panel, by error code, in place of that for a terminal. */
const HERE: Readonly<Record<string, string>> = {
  MIDI_UNAVAILABLE:
    'docs/MIDI.md says how the host comes to have them. A MIDI keyboard at this browser can be used all the same.',
  PORT_NOT_FOUND: 'Plug it in, then choose it from the list.',
  PORT_AMBIGUOUS: 'Choose it by its whole name from the list.',
};

/** `text` reworded for the panel: without sentences, clauses and brackets about a terminal. */
export function panelWords(text: string, fields = NO_FIELDS): string {
  const named = text
    .replace(/(^|[\s(])--([a-z][a-z-]*)/g, (all, before: string, option: string) => {
      const field = fields.get(option);
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

/** An error and its remedy, worded for the panel. */
export function troubleInWords(
  trouble: { readonly code: string; readonly message: string; readonly hint?: string },
  fields = NO_FIELDS,
): string {
  const { code } = trouble;
  const what = panelWords(trouble.message, fields) || `The host refused it (${code}).`;
  const hint = trouble.hint === undefined ? '' : panelWords(trouble.hint, fields);
  const lost = trouble.hint !== undefined && hint !== trouble.hint;
  return `${what} ${lost ? (HERE[code] ?? hint) : hint}`.trim();
}

/** Why the host has no ports, worded for the panel. */
export function noPortsInWords(why: string): string {
  return TERMINAL.test(why) ? `${panelWords(why)} ${HERE.MIDI_UNAVAILABLE}`.trim() : why;
}
