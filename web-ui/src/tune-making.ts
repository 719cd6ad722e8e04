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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
