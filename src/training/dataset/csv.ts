/** A record of a CSV file. */
export interface CsvRow {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What is wrong with a CSV file, and where. */
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
 * Records of a CSV file (RFC 4180): fields in double quotes may hold commas, line breaks and doubled quotes; lines end as on any
 * system; empty lines are left out. Throws CsvFault.
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let line = 1;
  let begun = 1;
  // A field and what follows it: a comma, a line's end, the end of the text.
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\r|\n|$)/y;
  while (field.lastIndex < text.length || fields.length > 0) {
    const found = field.exec(text);
    if (found === null) throw new CsvFault(begun, 'fields in double quotes to end with one, before a comma');
    const [, raw, separator] = found as unknown as [string, string, string];
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
