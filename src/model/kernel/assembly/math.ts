// The functions of the gates, four at a time, within 3e-7 of the true value (relative). They are written here, not taken
// from the host, so that they give the same bits everywhere. Quotients are left to the caller, who can often
// make one of two.

// V8 builds a vector constant anew at each use, in several instructions; from memory it is one load.
const LOG2_E = memory.data<f32>([1.4426950408889634]);
/** ln 2 in two parts: whole numbers up to 2^9 times the first are exact. */
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.12194440054690583e-4]);
/** 1.5 x 2^23: added to a number below 2^22, it leaves the nearest whole number in the low bits. */
const ROUND = memory.data<f32>([12582912]);
/**
 * (e^-t - 1 + t) / t^2 as a polynomial, for |t| <= ln(2) / 2: interpolated at the Chebyshev nodes; e^-t - 1 is then within
 * 2.5e-8 of itself.
 */
const C0 = memory.data<f32>([0.5]);
const C1 = memory.data<f32>([-0.16666576166632122]);
const C2 = memory.data<f32>([0.041666553589014346]);
const C3 = memory.data<f32>([-0.008363315789674277]);
const C4 = memory.data<f32>([0.0013926354394799899]);
const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const SIGN = memory.data<u32>([0x80000000]);
/** Beyond it e^x leaves float32; sigmoid stays what it is there. */
const LARGEST = memory.data<f32>([87]);
const SMALLEST = memory.data<f32>([-87]);
/** Twice the argument beyond which tanh is 1 in float32. */
const FLAT = memory.data<f32>([20]);

function all(constant: usize): v128 {
  return v128.load32_splat(constant);
}

/** x / ln 2, rounded to whole numbers n, plus ROUND. */
function rounded(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, all(LOG2_E)), all(ROUND));
}

/** e^-t - 1, where t = x - n ln 2. */
function expm1(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, all(ROUND));
  const t = f32x4.sub(f32x4.sub(x, f32x4.mul(n, all(LN2_HIGH))), f32x4.mul(n, all(LN2_LOW)));
  // Pairs first: they do not wait for each other.
  const t2 = f32x4.mul(t, t);
  const high = f32x4.add(f32x4.add(f32x4.mul(all(C3), t), all(C2)), f32x4.mul(all(C4), t2));
  const p = f32x4.add(f32x4.add(f32x4.mul(all(C1), t), all(C0)), f32x4.mul(high, t2));
  return f32x4.sub(f32x4.mul(t2, p), t);
}

/** 2^-n: the exponent's bits, taken from those of 1. */
function scale(rounded: v128): v128 {
  return i32x4.sub(all(ONE), i32x4.shl(rounded, 23));
}

/** 1 + e^-x, the inverse of sigmoid(x). */
export function inverseSigmoid(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, all(LARGEST)), all(SMALLEST));
  const n = rounded(y);
  const s = scale(n);
  return f32x4.add(f32x4.add(f32x4.mul(expm1(y, n), s), s), all(ONE));
}

/**
 * tanh(x) = N / (2 - |N|), where |N| = 1 - e^(-2|x|), which keeps its digits near 0, and has the sign of x. This is N;
 * `tanhDenominator` makes the rest of it.
 */
export function tanhNumerator(x: v128): v128 {
  const sign = v128.and(x, all(SIGN));
  const a = v128.xor(x, sign);
  const y = f32x4.pmin(f32x4.add(a, a), all(FLAT));
  const n = rounded(y);
  const s = scale(n);
  const size = f32x4.sub(f32x4.sub(all(ONE), s), f32x4.mul(expm1(y, n), s));
  return v128.or(size, sign);
}

export function tanhDenominator(numerator: v128): v128 {
  return f32x4.sub(all(TWO), v128.andnot(numerator, all(SIGN)));
}

export function sigmoid(x: v128): v128 {
  return f32x4.div(all(ONE), inverseSigmoid(x));
}

export function tanh(x: v128): v128 {
  const numerator = tanhNumerator(x);
  return f32x4.div(numerator, tanhDenominator(numerator));
}
