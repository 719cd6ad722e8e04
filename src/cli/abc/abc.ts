import { defineCommand } from 'citty';
import { checkTune, type Finding, type ReadTune } from '../../music/abc/index.js';
import { midi, svg } from './export.js';
import { FILE, readTunes } from './file.js';
import { fromMidi } from './from-midi.js';
import transpose from './transpose.js';

const check = defineCommand({
  meta: {
    name: 'check',
    description: 'Find bars that are not full, repeats that do not close, and what cannot be read.',
  },
  args: {
    file: FILE,
    json: { type: 'boolean', default: false, description: 'Say the findings as one JSON object' },
  },
  async run({ args }) {
    const tunes = (await readTunes(args.file)).map(report);
    const wrong = tunes.some(({ errors }) => errors.length > 0);
    process.stdout.write(args.json ? `${JSON.stringify({ tunes }, null, 2)}\n` : describe(args.file, tunes));
    if (wrong) process.exitCode = 1;
  },
});

export default defineCommand({
  meta: { name: 'abc', description: 'Check, transpose, play and engrave ABC tunes; MIDI to ABC.' },
  subCommands: { check, transpose, midi, svg, 'from-midi': fromMidi },
});

interface Report {
  readonly x: string;
  readonly title: string;
  readonly errors: readonly Entry[];
  readonly warnings: readonly Entry[];
  readonly dropped: ReadTune['dropped'];
}

interface Entry {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

function report({ number, title, tune, refusal, warnings, dropped }: ReadTune): Report {
  const findings = tune ? checkTune(tune) : { errors: [refusal!], warnings: [] };
  const entry = ({ place, reason }: Finding): Entry => ({ ...place, message: reason });
  return {
    x: number,
    title,
    errors: findings.errors.map(entry),
    warnings: [...warnings, ...findings.warnings]
      .map(entry)
      .sort((a, b) => a.line - b.line || a.column - b.column),
    dropped,
  };
}

function describe(file: string, tunes: readonly Report[]): string {
  const lines: string[] = [];
  for (const { x, title, errors, warnings } of tunes) {
    if (errors.length + warnings.length === 0) continue;
    lines.push(`X:${x} ${title}`);
    for (const { line, column, message } of errors)
      lines.push(`  ${file}:${line}:${column}: error: ${message}`);
    for (const { line, column, message } of warnings)
      lines.push(`  ${file}:${line}:${column}: warning: ${message}`);
  }
  const wrong = tunes.filter(({ errors }) => errors.length > 0).length;
  const tuneWord = tunes.length === 1 ? 'tune' : 'tunes';
  lines.push(`${tunes.length} ${tuneWord}, ${wrong === 0 ? 'no errors' : `${wrong} with errors`}`);
  return `${lines.join('\n')}\n`;
}
