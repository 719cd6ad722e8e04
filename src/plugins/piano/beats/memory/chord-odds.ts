import { arrayAt, broken, numberAt, objectAt } from '../../../../model/json.js';
import { CHORD_ODDS_SHAPE, type ChordOdds } from './chord-loop.js';

/** Bound on log-odds, so that the exponentials of a broken file stay finite. */
const SUREST = 100;

/** Parses the chord loop of a model folder, `userDefinedMetadata.continuo.chordLoop` in its model.json; null where it has none. Throws MODEL_BROKEN. */
export function parseChordOdds(value: unknown): ChordOdds | null {
  if (value === undefined) return null;
  const place = 'model.json: userDefinedMetadata.continuo.chordLoop.odds';
  const [places, distances, alike] = CHORD_ODDS_SHAPE;
  const odds = listAt(objectAt(value, place).odds, place, places).map((rows) =>
    listAt(rows, place, distances).map((row) => listAt(row, place, alike).map((odd) => numberAt(odd, place))),
  );
  if (odds.flat(2).every((odd) => Math.abs(odd) <= SUREST)) return odds;
  throw broken(`${place}: expected odds of at most ${SUREST}`);
}

/** What a model remembers of chords; null where its folder says nothing of them, or that memory is off. Throws MODEL_BROKEN. */
export function chordOddsOf(metadata: Readonly<Record<string, unknown>>, isOn: boolean): ChordOdds | null {
  const odds = parseChordOdds(metadata.chordLoop);
  return isOn ? odds : null;
}

function listAt(value: unknown, place: string, length: number): readonly unknown[] {
  const list = arrayAt(value, place);
  if (list.length === length) return list;
  throw broken(`${place}: expected ${CHORD_ODDS_SHAPE.join(' x ')} numbers`);
}
