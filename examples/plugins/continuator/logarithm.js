const bits = new DataView(new ArrayBuffer(8));
const MANTISSA = 0x000fffff;

/**
 * The natural logarithm of a positive number, to about 1e-9. Math.log may differ in its last bit from machine to machine, and then a
 * take would not play again note for note.
 */
export function logarithm(value) {
  if (value < 1e-300) return -690;
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  bits.setUint32(0, (high & MANTISSA) | 0x3ff00000);
  let mantissa = bits.getFloat64(0); // 1 to 2
  let exponent = (high >>> 20) - 1023;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const x = (mantissa - 1) / (mantissa + 1);
  const square = x * x;
  let sum = 0;
  for (let odd = 11; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return 2 * x * sum + exponent * Math.LN2;
}
