// What a product reads, from where sessions keep it. Sizes are multiples of 8.

/** Copies bytes: a row of a table, a bias. */
export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}

/** Writes `size` float32 to x, `step` bytes apart. */
export function gatherFloat32(x: usize, step: usize, from: usize, size: i32): void {
  if (step == 4) {
    memory.copy(x, from, (<usize>size) << 2);
    return;
  }
  for (const end = from + ((<usize>size) << 2); from < end; from += 4) {
    store<f32>(x, load<f32>(from));
    x += step;
  }
}

/** Writes `size` float32 times `scale`, rounded to int16, to x: pairs, `step` bytes apart. */
export function gatherInt16(x: usize, step: usize, from: usize, size: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  for (const end = from + ((<usize>size) << 2); from < end; from += 32) {
    const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from), s)));
    const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from, 16), s)));
    const pairs = i16x8.narrow_i32x4_s(a, b);
    if (step == 4) {
      v128.store(x, pairs);
      x += 16;
    } else {
      v128.store32_lane(x, pairs, 0);
      x += step;
      v128.store32_lane(x, pairs, 1);
      x += step;
      v128.store32_lane(x, pairs, 2);
      x += step;
      v128.store32_lane(x, pairs, 3);
      x += step;
    }
  }
}
