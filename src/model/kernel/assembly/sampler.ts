// The sampler's arithmetic, in WebAssembly so that a seed gives the same token on every machine: AssemblyScript's
// Math is compiled into the module. Addresses are bytes; sizes are counts.

/** Largest allowed logit; -Infinity where none is allowed. mask 0: all are allowed. */
function largest(logits: usize, classes: i32, mask: usize): f32 {
  let max: f32 = -f32.MAX_VALUE;
  let found = false;
  for (let i = 0; i < classes; i++) {
    if (mask && !load<u8>(mask + i)) continue;
    const logit = load<f32>(logits + ((<usize>i) << 2));
    if (!found || logit > max) max = logit;
    found = true;
  }
  return found ? max : -f32.MAX_VALUE;
}

/** ln of the sum of e^logit over all classes. */
export function normaliser(logits: usize, classes: i32): f64 {
  const max = largest(logits, classes, 0);
  let sum: f64 = 0;
  for (let i = 0; i < classes; i++)
    sum += NativeMath.exp(<f64>load<f32>(logits + ((<usize>i) << 2)) - <f64>max);
  return NativeMath.log(sum) + <f64>max;
}

/**
 * Writes two f64 to `out`: the probability, at a temperature, of what the mask (class, u8) forbids, and of what it allows. Each
 * is added up by itself, so that little stays exact.
 */
export function maskShares(logits: usize, classes: i32, mask: usize, temperature: f64, out: usize): void {
  const max = <f64>largest(logits, classes, 0);
  let cut: f64 = 0;
  let left: f64 = 0;
  for (let i = 0; i < classes; i++) {
    const below = <f64>load<f32>(logits + ((<usize>i) << 2)) - max;
    // At 0 the most probable token has it all.
    const weight = temperature == 0 ? (below == 0 ? 1.0 : 0.0) : NativeMath.exp(below / temperature);
    if (load<u8>(mask + i)) left += weight;
    else cut += weight;
  }
  store<f64>(out, cut / (cut + left));
  store<f64>(out, left / (cut + left), 8);
}

/** Whether token a stands before token b: more probable, or as probable and lower. */
function before(logits: usize, a: i32, b: i32): bool {
  const la = load<f32>(logits + ((<usize>a) << 2));
  const lb = load<f32>(logits + ((<usize>b) << 2));
  return la > lb || (la == lb && a < b);
}

/** Restores a heap of tokens, most probable at the root, below `root`. */
function sift(logits: usize, heap: usize, root: i32, size: i32): void {
  const token = load<i32>(heap + ((<usize>root) << 2));
  for (;;) {
    let child = 2 * root + 1;
    if (child >= size) break;
    let best = load<i32>(heap + ((<usize>child) << 2));
    if (child + 1 < size) {
      const other = load<i32>(heap + ((<usize>child) << 2) + 4);
      if (before(logits, other, best)) {
        best = other;
        child++;
      }
    }
    if (!before(logits, best, token)) break;
    store<i32>(heap + ((<usize>root) << 2), best);
    root = child;
  }
  store<i32>(heap + ((<usize>root) << 2), token);
}

/** Takes the most probable token off the heap and keeps it behind the rest; the heap is `size` before. */
function pop(logits: usize, heap: usize, size: i32): i32 {
  const token = load<i32>(heap);
  store<i32>(heap, load<i32>(heap + ((<usize>(size - 1)) << 2)));
  sift(logits, heap, 0, size - 1);
  store<i32>(heap + ((<usize>(size - 1)) << 2), token);
  return token;
}

/**
 * Writes the distribution to sample from, not normalised, to `weights` (class, f64) and returns its sum; 0 where
 * the mask (class, u8; 0: none) allows nothing. temperature 0 keeps the most probable token only. First the `topK`
 * (0: all) most probable are kept, then of these the fewest that together have at least `topP`. `heap`: (class, i32).
 */
export function distribution(
  logits: usize,
  classes: i32,
  mask: usize,
  temperature: f64,
  topK: i32,
  topP: f64,
  weights: usize,
  heap: usize,
): f64 {
  const max = <f64>largest(logits, classes, mask);
  if (temperature == 0) {
    topK = 1;
    temperature = 1;
  }
  let size = 0;
  let total: f64 = 0;
  for (let i = 0; i < classes; i++) {
    let weight: f64 = 0;
    if (!mask || load<u8>(mask + i)) {
      weight = NativeMath.exp((<f64>load<f32>(logits + ((<usize>i) << 2)) - max) / temperature);
      store<i32>(heap + ((<usize>size) << 2), i);
      size++;
    }
    total += weight;
    store<f64>(weights + ((<usize>i) << 3), weight);
  }
  const cut = topK > 0 && topK < size;
  if (!cut && topP >= 1) return total;

  // Most probable first, from the end of the heap's array downwards.
  const end = size;
  for (let root = (size >> 1) - 1; root >= 0; root--) sift(logits, heap, root, size);
  if (cut) {
    total = 0;
    for (const stop = end - topK; size > stop; size--)
      total += load<f64>(weights + ((<usize>pop(logits, heap, size)) << 3));
  }
  const wanted = topP * total;
  let kept = end;
  let sum: f64 = 0;
  while (kept > (cut ? end - topK : 0) && (sum < wanted || kept == end)) {
    if (kept <= size) {
      pop(logits, heap, size);
      size--;
    }
    kept--;
    sum += load<f64>(weights + ((<usize>load<i32>(heap + ((<usize>kept) << 2))) << 3));
  }
  for (let i = 0; i < kept; i++) store<f64>(weights + ((<usize>load<i32>(heap + ((<usize>i) << 2))) << 3), 0);
  return sum;
}

/** The token at the share `u` of [0, 1) of the distribution, in the order of the classes. */
export function draw(weights: usize, classes: i32, total: f64, u: f64): i32 {
  let left = u * total;
  let last = -1;
  for (let i = 0; i < classes; i++) {
    const weight = load<f64>(weights + ((<usize>i) << 3));
    if (weight == 0) continue;
    last = i;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}
