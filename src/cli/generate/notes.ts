import { readAbc } from '../../music/abc/index.js';
import { meterText } from '../../music/abc/meter.js';
import { hasLearntMeter } from '../../plugins/folk/generate/learnt-meters.js';
import type { TuneModel } from '../../plugins/folk/generate/model.js';
import type { Asked } from '../../plugins/folk/generate/tunes.js';
import { plural } from './output.js';

/** Says which tune of several is taken where none was named. */
export function sayFirst(file: string, text: string): void {
  const [first, ...others] = readAbc(text);
  if (others.length === 0) return;
  process.stderr.write(
    `${file} has ${1 + others.length} tunes: X:${first!.number} "${first!.title}" is taken; --tune X takes another.\n`,
  );
}

/** Says before anything is made what was understood, and what the network has not learnt. */
export function sayUnlearnt(
  { engine, learnt }: TuneModel,
  asked: readonly (Asked & { readonly note?: string })[],
  notes: readonly string[],
): void {
  const said = new Set([...notes, ...asked.flatMap(({ note }) => note ?? [])]);
  const rules = asked.map(({ rules }) => rules);
  for (const type of new Set(rules.map(({ type }) => type))) {
    if (type !== null && !learnt.includes(type))
      said.add(`The network has learnt no ${plural(type)}: they are made by their meter and form alone.`);
  }
  const meters = new Map(rules.flatMap(({ meter }) => (meter ? [[meterText(meter), meter]] : [])));
  for (const [name, meter] of meters) {
    if (!hasLearntMeter(engine, meter))
      said.add(
        `The network has learnt hardly a tune in ${name}: the bars will be full, but do not expect it to know how such tunes go.`,
      );
  }
  for (const line of said) process.stderr.write(`${line}\n`);
}
