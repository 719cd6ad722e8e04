// The functions of the gates, four at a time, within about 2e-7 of the true value (relative). They are written here,
// not taken from the host, so that they give the same bits everywhere.

const LOG2_E: f32 = 1.4426950408889634;
// ln 2 in two parts: n times the first is exact.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440054690583e-4;

/** e^r - 1 for |r| <= ln(2) / 2: Taylor's series up to r^7; what is left out is below 6e-9 of it. */
function expm1Reduced(r: v128): v128 {
  let p = f32x4.splat(1.0 / 5040);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 720));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 120));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 24));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 6));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), p));
}

/** x minus n ln 2. */
function reduced(x: v128, n: v128): v128 {
  return f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
}

/** 2^n for whole n from -126 to 127. */
function power2(n: v128): v128 {
  return i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
}

/** 1 / (1 + e^-x). Beyond +-87 it stays what it is there. */
export function sigmoid(x: v128): v128 {
  const y = f32x4.neg(f32x4.max(f32x4.min(x, f32x4.splat(87)), f32x4.splat(-87)));
  const n = f32x4.nearest(f32x4.mul(y, f32x4.splat(LOG2_E)));
  const scale = power2(n);
  const exp = f32x4.add(f32x4.mul(expm1Reduced(reduced(y, n)), scale), scale);
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp));
}

/** With E = e^(-2|x|) - 1, which keeps its digits near 0: tanh |x| = -E / (E + 2). Beyond 10 it is 1 in float32. */
export function tanh(x: v128): v128 {
  const y = f32x4.mul(f32x4.min(f32x4.abs(x), f32x4.splat(10)), f32x4.splat(-2));
  const n = f32x4.nearest(f32x4.mul(y, f32x4.splat(LOG2_E)));
  const scale = power2(n);
  const e = f32x4.add(f32x4.mul(expm1Reduced(reduced(y, n)), scale), f32x4.sub(scale, f32x4.splat(1)));
  const t = f32x4.div(f32x4.abs(e), f32x4.add(e, f32x4.splat(2)));
  return v128.or(t, v128.and(x, i32x4.splat(0x80000000)));
}
