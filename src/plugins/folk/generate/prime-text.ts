import type { Dropped } from '../../../music/abc/dropped.js';
import { barTexts, editBars, type NewBar } from '../../../music/abc/edit-bars.js';
import { soundingNotes } from '../../../music/abc/notes.js';
import { readAbc } from '../../../music/abc/read.js';
import type { Tune } from '../../../music/abc/tune.js';

/** Notation without tokens that is kept in copied bars. */
const KEPT = new Set(['annotations', 'chord symbols', 'decorations', 'graces', 'slurs', 'undefined signs']);

export interface KeptBars {
  readonly abc: string;
  readonly tune: Tune;
  /** Notation of the source that the tune has lost. */
  readonly lost: Dropped;
}

/**
 * Restores the opening bars of a rewritten tune as `source` has them, with chord symbols, graces, ornaments and slurs; `dropped`
 * is the source's notation without tokens. The last bar of the source may have been continued and then stays as rewritten.
 * undefined if the bars would be read as other notes, for example under another L: or key.
 */
export function withBarsOf(source: string, dropped: Dropped, abc: string): KeptBars | undefined {
  const [given, written] = [barTexts(source), barTexts(abc)];
  const was = readAbc(abc)[0]?.tune;
  for (const texts of [given, given.slice(0, -1)]) {
    const bars = new Map<number, NewBar>();
    for (const [place, text] of texts.entries())
      if (text !== undefined && text !== written[place]) bars.set(place, { text, notes: 0 });
    const text = editBars(abc, written.length, bars)?.text;
    const tune = text === undefined ? undefined : readAbc(text)[0]?.tune;
    if (text === undefined || !was || !tune || heard(was) !== heard(tune)) continue;
    const whole = texts === given && texts.every((text) => text !== undefined);
    const lost = Object.fromEntries(Object.entries(dropped).filter(([kind]) => !(whole && KEPT.has(kind))));
    return { abc: text, tune, lost };
  }
  return undefined;
}

function heard(tune: Tune): string {
  return soundingNotes(tune)
    .map(({ pitch, start, duration }) => `${pitch} ${start.num}/${start.den} ${duration.num}/${duration.den}`)
    .join();
}
