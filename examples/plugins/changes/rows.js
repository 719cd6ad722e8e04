/** Random numbers in [0, 1) that depend on seed and branch alone (mulberry32). */
export function chance(seed, branch) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(branch + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether a row may follow another: no bell moves by more than a place. */
const follows = (row, next) => row.every((bell, place) => Math.abs(next.indexOf(bell) - place) <= 1);

/** Each row that may follow: neighbours change places, at least one pair does. */
function* changesOf(row, from = 0, changed = false) {
  if (from >= row.length - 1) {
    if (changed) yield row;
    return;
  }
  const swapped = [...row];
  [swapped[from], swapped[from + 1]] = [row[from + 1], row[from]];
  yield* changesOf(swapped, from + 2, true);
  yield* changesOf(row, from + 1, changed);
}

function shuffled(list, random) {
  const order = list.map((one) => [random(), one]);
  return order.sort(([a], [b]) => a - b).map(([, one]) => one);
}

/** Looked at before it is given up. */
const MOST_STEPS = 20_000;

/**
 * Rows by a plan: those that stand fast, and others in between, each of which may follow the one before, and none comes twice.
 * What was there `before` is avoided where anything else fits. undefined where there are none.
 */
export function ring({ bells, plan, before, tenorBehind }, random) {
  const rounds = Array.from({ length: bells }, (_, bell) => bell + 1);
  const taken = new Set(plan.filter(Boolean).map(String));
  let steps = 0;
  const from = (rows) => {
    const place = rows.length;
    if (place === plan.length) return rows;
    if (++steps > MOST_STEPS) return undefined;
    const last = rows.at(-1);
    const fixed = plan[place];
    if (fixed) return last === undefined || follows(last, fixed) ? from([...rows, fixed]) : undefined;
    const all = last === undefined ? [rounds] : shuffled([...changesOf(last)], random);
    const old = String(before?.[place]);
    const open = all
      .filter((row) => !taken.has(String(row)) && (!tenorBehind || row.at(-1) === bells))
      .sort((a, b) => Number(String(a) === old) - Number(String(b) === old));
    for (const row of open) {
      taken.add(String(row));
      const whole = from([...rows, row]);
      if (whole) return whole;
      taken.delete(String(row));
    }
    return undefined;
  };
  return from([]);
}
