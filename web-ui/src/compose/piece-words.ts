import type { ComposerChoice } from '../../../src/protocol/session-protocol.js';
import type { Piece } from './piece-desk.js';

/** A word with a capital first letter. */
export function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** How it was made, with remarks, and what was left out. */
export function making({ made, lost, notices }: Piece): string {
  const { seed, model, remarks } = made ?? {};
  const sentences = [
    ...(seed === undefined ? [] : [`Seed ${seed}`]),
    ...(model ? [`Model ${model.id} ${model.hash}`] : []),
    ...(remarks ?? []),
    ...notices,
  ];
  const left = Object.entries(lost).map(([kind, count]) => `${count} ${kind}`);
  if (left.length > 0) sentences.push(`Left out: ${left.join(', ')}.`);
  return sentences.map((sentence) => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`)).join(' ');
}

/** The critic model's remarks: what is good, and what is weak. Empty where there are none. */
export function heard({ made }: Piece): string {
  const said = (good: boolean) =>
    (made?.why ?? []).flatMap((remark) => (remark.good === good ? [remark.text] : [])).join(', ');
  const [good, weak] = [said(true), said(false)];
  return [good && `Has: ${good}.`, weak && `Weak: ${weak}.`].filter(Boolean).join(' ');
}

/** Names of form fields by command-line option. */
export function fieldNames({
  options,
  edits,
  segment,
}: ComposerChoice['compose']): ReadonlyMap<string, string> {
  const kebab = (id: string) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const segments = Object.entries(edits).filter(([, { takes }]) => takes !== 'nothing');
  return new Map([
    ...Object.entries(options).flatMap(([id, { param, shown }]) =>
      shown === 'flag' ? [] : [[kebab(id), param.label ?? id] as const],
    ),
    ...segments.map(([id]) => [kebab(id), capitalised(segment?.many ?? id)] as const),
    ['after', capitalised(segment?.many ?? 'after')] as const,
  ]);
}
