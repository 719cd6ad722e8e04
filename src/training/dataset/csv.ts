/** A record of a CSV file. */
export interface CsvRow {
  /** Line on which the record begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A syntax error in a CSV file, with its position. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';

  constructor(
    readonly line: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/**
 * Parses a CSV file (RFC 4180): quoted fields may contain commas, line breaks and doubled quotes; any line ending is accepted;
 * empty lines are skipped. Throws CsvFault.
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let line = 1;
  let begun = 1;
  // A field and what follows it: a comma, a line end or the end of the text.
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\r|\n|$)/y;
  while (field.lastIndex < text.length || fields.length > 0) {
    const found = field.exec(text);
    if (found === null) throw new CsvFault(begun, 'fields in double quotes to end with one, before a comma');
    const [, raw = '', separator = ''] = found;
    const quoted = raw.startsWith('"');
    fields.push(quoted ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (quoted) line += raw.match(/\r\n|\r|\n/g)?.length ?? 0;
    if (separator === ',') continue;
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: begun, fields });
    fields = [];
    line++;
    begun = line;
    if (separator === '') break;
  }
  return rows;
}
