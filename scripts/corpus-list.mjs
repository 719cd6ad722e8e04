/**
 * Writes the list of a corpus's members (datasets/NAME.members.csv) from a folder that has it, with its split: of MIDI files
 * from splits.csv, of tunes from NAME.families.txt, a number a tune.
 *
 *     node scripts/corpus-list.mjs FOLDER > datasets/NAME.members.csv
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, tunesOfBook } from '../dist/corpora/members.js';
import { corpusChoices } from '../dist/host/plugins/corpus-plugins.js';
import { readCorpus } from '../dist/training/dataset/corpus.js';
import { splitOfFamily } from '../dist/training/dataset/examples.js';

const [folder] = process.argv.slice(2);
const choices = await corpusChoices();
const kindOf = (ending) => choices.find(({ kind }) => kind.endings.includes(ending)).kind;
const rows = ['digest,path,piece,split'];
const books = readdirSync(folder).filter((name) => name.endsWith('.abc'));
for (const book of books.sort()) {
  const families = readFileSync(join(folder, book.replace(/\.abc$/, '.families.txt')), 'utf8')
    .trim()
    .split('\n');
  const tunes = tunesOfBook(readFileSync(join(folder, book), 'utf8'));
  if (tunes.length !== families.length)
    throw new Error(`${book}: ${tunes.length} tunes, ${families.length} families`);
  for (const [index, tune] of tunes.entries())
    rows.push(
      `${digestOf(tune)},${book},${index + 1},${splitOfFamily(String(Number(families[index])), kindOf('abc').split)}`,
    );
}
if (books.length === 0) {
  for (const { path, piece, split } of (await readCorpus(folder, kindOf('mid'))).files)
    rows.push(`${digestOf(readFileSync(join(folder, path)))},${path},${piece},${split}`);
}
process.stdout.write(`${rows.join('\n')}\n`);
