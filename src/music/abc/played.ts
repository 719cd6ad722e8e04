import type { TuneElement } from './tune.js';

/** A file may ask for any number of times. */
const MOST_TIMES = 16;

/**
 * Indices of the elements in the order in which they are played: repeats taken, each ending in its turn. What is repeated begins
 * at `|:`, after what was repeated before, or at the beginning; a last ending lasts to its `:|` or its double bar line.
 */
export function playedOrder(body: readonly TuneElement[]): number[] {
  const order: number[] = [];
  let from = 0;
  let time = 1;
  let lastEnding = false;
  const begin = (index: number) => {
    from = index;
    time = 1;
    lastEnding = false;
  };
  for (let index = 0; index < body.length; index++) {
    const element = body[index]!;
    if (element.kind === 'volta' && time > 1) {
      if (!timesOf(element.ending).includes(time)) {
        index = endOfEnding(body, index);
        if (nextEnding(body, index) === undefined) begin(index + 1);
        continue;
      }
      const all = [...endingsIn(body, from, index + 1), nextEnding(body, index) ?? ''];
      lastEnding = !all.flatMap(timesOf).includes(time + 1);
    }
    order.push(index);
    if (element.kind !== 'bar') continue;
    if (element.line === '|:' || (element.line === '||' && lastEnding)) begin(index + 1);
    else if (element.line === ':|') {
      const again = time === 1 || (!lastEnding && endingsIn(body, from, index).length > 0);
      if (again && time < MOST_TIMES) {
        time++;
        index = from - 1;
      } else begin(index + 1);
    }
  }
  return order;
}

/** `1,3` is 1 and 3, `1-3` is 1 to 3. */
function timesOf(ending: string): number[] {
  return ending.split(',').flatMap((part) => {
    const [first, last] = part.split('-').map(Number);
    const count = Math.min(MOST_TIMES, (last ?? first!) - first! + 1);
    return Array.from({ length: Math.max(0, count) || 0 }, (_, more) => first! + more);
  });
}

/** The last element of the ending that begins at `index`: its `:|`, or what stands before the next ending. */
function endOfEnding(body: readonly TuneElement[], index: number): number {
  for (let at = index + 1; at < body.length; at++) {
    const element = body[at]!;
    if (element.kind === 'bar' && element.line === ':|') return at;
    if (element.kind === 'volta') return at - 1;
  }
  return body.length - 1;
}

/** The ending that follows in the same part. */
function nextEnding(body: readonly TuneElement[], index: number): string | undefined {
  for (let at = index + 1; at < body.length; at++) {
    const element = body[at]!;
    if (element.kind === 'volta') return element.ending;
    if (element.kind === 'bar' && element.line === '|:') return undefined;
  }
  return undefined;
}

function endingsIn(body: readonly TuneElement[], from: number, end: number): string[] {
  return body.slice(from, end).flatMap((element) => (element.kind === 'volta' ? element.ending : []));
}
