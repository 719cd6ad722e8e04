import { ContinuoError } from 'continuo/plugin';

const SCALE = 'CDEFGABc';
const TONICS = { C: 0, D: 1, F: 3, G: 4 };
/** Eighth notes of a bell, in seconds. */
const STROKE = 0.3;
const SEMITONES = [0, 2, 4, 5, 7, 9, 11];
const ROOTS = { C: 60, D: 62, F: 65, G: 67 };

/** Bell 1 is the highest. */
const degreeOf = (bell, bells) => bells - bell;

function letterOf(bell, bells, key) {
  const step = TONICS[key] + degreeOf(bell, bells);
  return step < 8 ? SCALE[step] : 'cdefgab'[step - 7];
}

const barOf = (row, key) => row.map((bell) => letterOf(bell, row.length, key)).join('');

/** A touch as ABC, a bar a row. */
export function asAbc({ key, title, number = 1, rows }) {
  const bars = rows.map((row) => barOf(row, key)).join('|\n');
  return `X:${number}\nT:${title}\nM:${rows[0].length}/4\nL:1/4\nQ:1/4=200\nK:${key}\n${bars}|]\n`;
}

/** A touch as it stands in ABC. */
export function readTouch(text, which) {
  const tunes = text.split(/^(?=X:)/m).filter((tune) => tune.startsWith('X:'));
  const tune = which === undefined ? tunes[0] : tunes.find((one) => one.startsWith(`X:${which}\n`));
  const field = (letter) => new RegExp(`^${letter}:\\s*(.*?)\\s*$`, 'm').exec(tune ?? '')?.[1];
  const key = field('K');
  const bells = Number(field('M')?.split('/')[0]);
  const bars = (tune ?? '').split(/^K:.*$/m)[1]?.match(/[A-Ga-g]+/g) ?? [];
  const rounds = Array.from({ length: bells || 0 }, (_, bell) => bell + 1);
  const rows = bars.map((bar) =>
    [...bar].map((letter) => rounds.find((bell) => letterOf(bell, bells, key) === letter)),
  );
  const whole = rows.every(
    (row) => new Set(row).size === bells && row.length === bells && !row.includes(undefined),
  );
  if (!(key in TONICS) || rows.length === 0 || !whole)
    throw new ContinuoError(
      'OPTION_VALUE',
      'The text is no touch: a bar for each row was expected, each bell in it once.',
      'Give what this plugin wrote.',
    );
  return { key, title: field('T') ?? 'A touch', number: Number(field('X')), rows };
}

/** A touch as the host wants a piece. */
export function pieceOf(touch) {
  const { key, title, rows } = touch;
  const bells = rows[0].length;
  const notes = rows.flat().map((bell, index) => {
    const degree = degreeOf(bell, bells);
    const pitch = ROOTS[key] + SEMITONES[degree % 7] + 12 * Math.floor(degree / 7);
    return { pitch, velocity: 80, start: index * STROKE, end: (index + 1) * STROKE };
  });
  return {
    title,
    text: asAbc(touch),
    segments: rows.map((row, place) => ({ number: place + 1, part: 'A', text: barOf(row, key) })),
    notes,
    bpm: 60 / STROKE,
    details: { title, rows: rows.map((row) => row.join('')) },
  };
}
