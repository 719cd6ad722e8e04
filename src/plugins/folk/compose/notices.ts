import { readAbc } from '../../../music/abc/index.js';
import { meterText } from '../../../music/abc/meter.js';
import { hasLearntMeter } from '../generate/learnt-meters.js';
import type { TuneModel } from '../generate/model.js';
import type { Asked } from '../generate/tunes.js';

/** A notice naming the tune that is used when the text has several and none was named; undefined if there is only one. */
export function firstOf(text: string): string | undefined {
  const [first, ...others] = readAbc(text);
  if (others.length === 0) return undefined;
  return `The text has ${1 + others.length} tunes: X:${first!.number} "${first!.title}" is taken; --tune X takes another.`;
}

/** Notices about how the request was interpreted and what the network was not trained on, one sentence each. */
export function unlearnt(
  { engine, learnt }: TuneModel,
  asked: readonly (Asked & { readonly note?: string })[],
  notes: readonly string[],
): Iterable<string> {
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
  return said;
}

/** The plural name of a tune type: `slip jigs`, `waltzes`. */
function plural(type: string): string {
  const name = type.replaceAll('-', ' ');
  return /(ch|tz)$/.test(name) ? `${name}es` : `${name}s`;
}
