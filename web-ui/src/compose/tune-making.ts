import type { Tune } from './tune-desk.js';

/** How it was made, what it owes, and what it lost. */
export function making({ made, lost }: Tune): string {
  const words: string[] = [];
  if (made !== undefined) {
    const { settings, model, cut, forced, inPart, sharedRun } = made;
    const whose = inPart ? 'the new bars share' : 'shares';
    words.push(`seed ${settings.seed}`, `model ${model.id} ${model.hash}`);
    if (sharedRun === null) words.push(`${whose} no run of notes with a training tune`);
    else if (sharedRun !== undefined)
      words.push(`${whose} ${sharedRun.notes} notes in a row with “${sharedRun.title}” (${sharedRun.book})`);
    words.push(
      `the grammar forbade ${percent(cut)} of the probability a token and left no choice in ${percent(forced)} of the notes`,
    );
  }
  const left = Object.entries(lost).map(([kind, count]) => `${count} ${kind}`);
  if (left.length > 0) words.push(`left out: ${left.join(', ')}`);
  const line = words.join(' · ');
  return line.slice(0, 1).toUpperCase() + line.slice(1);
}

/** What the critic of the model says of it: what it is by, and what is weak. Empty where it says nothing. */
export function heard({ made }: Tune): string {
  const said = (good: boolean) =>
    (made?.why ?? []).flatMap((remark) => (remark.good === good ? [remark.text] : [])).join(', ');
  const [good, weak] = [said(true), said(false)];
  return [good && `Has: ${good}.`, weak && `Weak: ${weak}.`].filter(Boolean).join(' ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
