// The cache's arithmetic; src/model/memory/cache-memory.ts says what for. Widths are multiples of 16.

/** out (width) f32: x (unit) f32 times matrix (unit + 1, width) f32, whose last row is added. */
export function cacheProject(x: usize, units: i32, matrix: usize, width: i32, out: usize): void {
  const row = (<usize>width) << 2;
  for (let column: usize = 0; column < row; column += 64) {
    let w = matrix + column;
    let a0 = f32x4.splat(0),
      a1 = f32x4.splat(0),
      a2 = f32x4.splat(0),
      a3 = f32x4.splat(0);
    let value = x;
    for (const end = x + ((<usize>units) << 2); value < end; value += 4) {
      const v = v128.load32_splat(value);
      a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
      a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
      a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
      a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
      w += row;
    }
    v128.store(out + column, f32x4.add(a0, v128.load(w)));
    v128.store(out + column, f32x4.add(a1, v128.load(w, 16)), 16);
    v128.store(out + column, f32x4.add(a2, v128.load(w, 32)), 32);
    v128.store(out + column, f32x4.add(a3, v128.load(w, 48)), 48);
  }
}

/** Sums of the lanes of a, of b, of c and of d. */
function lanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const low = i32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const high = i32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return i32x4.add(i64x2.shuffle(low, high, 0, 2), i64x2.shuffle(low, high, 1, 3));
}

function weighOne(product: i32, kind: usize, table: usize, weights: usize): void {
  if (product <= 0) return;
  const at = weights + ((<usize>load<i32>(kind)) << 3);
  store<f64>(at, load<f64>(at) + load<f64>(table + ((<usize>product) << 3)));
}

/**
 * For each of `count` keys (width) int8, from -127 to 127, adds to weights (class) f64, at its class (key) i32, what `table` (product) f64 says of its scalar
 * product with `key`, where that is more than 0. `words`: room for the key as (width) int16. Four keys at a time, so that its loads are shared.
 */
export function cacheWeigh(
  keys: usize,
  classes: usize,
  count: i32,
  width: i32,
  key: usize,
  words: usize,
  table: usize,
  weights: usize,
): void {
  const size = <usize>width;
  for (let at: usize = 0; at < size; at += 8) v128.store(words + (at << 1), v128.load8x8_s(key + at));
  const fours = classes + ((<usize>(count & ~3)) << 2);
  const end = classes + ((<usize>count) << 2);
  for (; classes < fours; classes += 16) {
    let a = i32x4.splat(0),
      b = i32x4.splat(0),
      c = i32x4.splat(0),
      d = i32x4.splat(0);
    for (let at: usize = 0; at < size; at += 8) {
      const word = v128.load(words + (at << 1));
      const row = keys + at;
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_s(row), word));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_s(row + size), word));
      c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_s(row + 2 * size), word));
      d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_s(row + 3 * size), word));
    }
    keys += size << 2;
    const products = lanes(a, b, c, d);
    weighOne(i32x4.extract_lane(products, 0), classes, table, weights);
    weighOne(i32x4.extract_lane(products, 1), classes + 4, table, weights);
    weighOne(i32x4.extract_lane(products, 2), classes + 8, table, weights);
    weighOne(i32x4.extract_lane(products, 3), classes + 12, table, weights);
  }
  for (; classes < end; classes += 4) {
    let sum = i32x4.splat(0);
    for (let at: usize = 0; at < size; at += 8)
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_s(keys + at), v128.load(words + (at << 1))));
    keys += size;
    weighOne(i32x4.extract_lane(lanes(sum, sum, sum, sum), 0), classes, table, weights);
  }
}

/**
 * Adds to each logit (token) f32 ln(1 + w / p): w is the weight (class) f64 of its class (token) i32, and p what the network gives
 * that class, at least `least`. Shares within a class stay as they are. What it works in: shares (class) f64.
 */
export function cacheMix(
  logits: usize,
  tokens: i32,
  classes: usize,
  weights: usize,
  count: i32,
  least: f64,
  shares: usize,
): void {
  memory.fill(shares, 0, (<usize>count) << 3);
  let max: f32 = -f32.MAX_VALUE;
  for (let i = 0; i < tokens; i++) {
    const logit = load<f32>(logits + ((<usize>i) << 2));
    if (logit > max) max = logit;
  }
  let total: f64 = 0;
  for (let i = 0; i < tokens; i++) {
    const share = NativeMath.exp(<f64>load<f32>(logits + ((<usize>i) << 2)) - <f64>max);
    const at = shares + ((<usize>load<i32>(classes + ((<usize>i) << 2))) << 3);
    store<f64>(at, load<f64>(at) + share);
    total += share;
  }
  for (let kind = 0; kind < count; kind++) {
    const at = shares + ((<usize>kind) << 3);
    const weight = load<f64>(weights + ((<usize>kind) << 3));
    const share = load<f64>(at) / total;
    store<f64>(at, weight > 0 ? NativeMath.log1p(weight / (share > least ? share : least)) : 0);
  }
  for (let i = 0; i < tokens; i++) {
    const at = logits + ((<usize>i) << 2);
    const more = load<f64>(shares + ((<usize>load<i32>(classes + ((<usize>i) << 2))) << 3));
    store<f32>(at, <f32>(<f64>load<f32>(at) + more));
  }
}
