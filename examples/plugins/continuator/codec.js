import { codecById, packed, range, vocabulary } from 'continuo/plugin';

/**
 * Onsets carry pitch and velocity in one token, so that no velocity token stands between two notes, and a context of four events is
 * four events of the music.
 */
export const performance = codecById('performance-packed-16');
/** Tokens of one voice. */
export const VOICE = performance.vocabulary.size;

export const ORDERS = 8;
export const FORGETS = 6;

/**
 * The performance's tokens twice: what the plugin plays, then what it heard. A predictor is told tokens and nothing else, and is to
 * learn from the player alone. Parameters that it depends on are tokens too: it knows them where the stream says them, and a moment
 * that is gone back to has those that held then.
 */
const classes = vocabulary('continuator', [
  ...voice('', ''),
  ...voice('HEARD_', 'heard: '),
  range('ORDER', { order: ORDERS }, ({ order }) => `looks back ${order + 1} notes`),
  range('FORGET', { forget: FORGETS }, ({ forget }) => `forgets, ${forget} of ${FORGETS - 1}`),
]);

function voice(name, words) {
  return performance.vocabulary.ranges.map((table) => {
    const { pack } = packed(table.fields);
    const describe = (values) => words + performance.vocabulary.describe(table.first + pack(values));
    return range(name + table.name, table.fields, describe);
  });
}

export const ORDER = classes.token('ORDER', { order: 0 });
export const FORGET = classes.token('FORGET', { forget: 0 });

export const codec = {
  id: 'continuator',
  vocabulary: classes,
  startToken: performance.startToken,
  stream: (time, options) => new TwoVoices(performance.stream(time, options)),
};

const heard = (token) => token + VOICE;
const DEFAULTS = { order: 4, forget: 1 };

/** A performance's stream that says whose each token is. */
class TwoVoices {
  #inner;
  /** What the user wants. It stays where the stream goes back. */
  #wanted = DEFAULTS;
  /** What the predictor was told. */
  #told = DEFAULTS;

  constructor(inner) {
    this.#inner = inner;
  }

  get head() {
    return this.#inner.head;
  }

  get recent() {
    return this.#inner.recent;
  }

  feed(event) {
    return this.#heard(this.#inner.feed(event));
  }

  advance(time) {
    return this.#heard(this.#inner.advance(time));
  }

  #heard(tokens) {
    return tokens.length === 0 ? tokens : [...this.#settings(), ...tokens.map(heard)];
  }

  /** What the predictor has to be told, if anything. */
  #settings() {
    const { order, forget } = this.#wanted;
    const tokens = [];
    if (order !== this.#told.order) tokens.push(ORDER + order - 1);
    if (forget !== this.#told.forget) tokens.push(FORGET + forget);
    this.#told = this.#wanted;
    return tokens;
  }

  seek(time) {
    this.#inner.seek(time);
  }

  setParams({ order, forget }) {
    this.#wanted = { order, forget };
  }

  beginTurn() {
    return { tokens: this.#settings(), end: null };
  }

  accept(token) {
    classes.read(token); // throws where there is no such token
    return token < VOICE ? this.#inner.accept(token) : [];
  }

  release() {
    return this.#inner.release();
  }

  forbid(mask) {
    mask.fill(0, VOICE);
    this.#inner.forbid(mask.subarray(0, VOICE));
  }

  openNotes(voice) {
    return this.#inner.openNotes(voice);
  }

  soundingTime(pitch) {
    return this.#inner.soundingTime(pitch);
  }

  lastLength(pitch) {
    return this.#inner.lastLength(pitch);
  }

  forgetModelOnsets() {
    this.#inner.forgetModelOnsets?.();
  }

  snapshot() {
    return { inner: this.#inner.snapshot(), told: this.#told };
  }

  restore({ inner, told }) {
    this.#inner.restore(inner);
    this.#told = told;
  }
}
