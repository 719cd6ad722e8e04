import type { PhraseNote } from '../phrases/heard-bar.js';

/** A song in phrases of `length` bars of four: an accompaniment in eighths that goes on, and a tune in quarters that rests at the end of each. */
export function songOfPhrases({
  bars,
  length,
  pace = 1,
}: {
  bars: number;
  length: number;
  pace?: number;
}): PhraseNote[] {
  const notes: PhraseNote[] = [];
  for (let beat = 0; beat < bars * 4; beat++) {
    const inPhrase = beat % (length * 4);
    const bar = Math.floor(inPhrase / 4);
    const rests = inPhrase >= length * 4 - 3;
    if (!rests) notes.push({ time: beat * pace, pitch: 72 + ((bar * 5 + beat * 3) % 8), velocity: 80 });
    for (const half of [0, 0.5])
      notes.push({ time: (beat + half) * pace, pitch: 48 + ((bar * 5) % 7) + 4 * half, velocity: 60 });
  }
  return notes.sort((a, b) => a.time - b.time || a.pitch - b.pitch);
}
