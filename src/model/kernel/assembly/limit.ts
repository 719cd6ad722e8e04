// What the bench measures the products against.

/** Reads `bytes` (a multiple of 128) once, eight independent 128-bit loads at a time; returns a digest of them. */
export function readOnce(address: usize, bytes: usize): i32 {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0),
    a2 = i32x4.splat(0),
    a3 = i32x4.splat(0);
  let a4 = i32x4.splat(0),
    a5 = i32x4.splat(0),
    a6 = i32x4.splat(0),
    a7 = i32x4.splat(0);
  for (const end = address + bytes; address < end; address += 128) {
    a0 = v128.xor(a0, v128.load(address));
    a1 = v128.xor(a1, v128.load(address, 16));
    a2 = v128.xor(a2, v128.load(address, 32));
    a3 = v128.xor(a3, v128.load(address, 48));
    a4 = v128.xor(a4, v128.load(address, 64));
    a5 = v128.xor(a5, v128.load(address, 80));
    a6 = v128.xor(a6, v128.load(address, 96));
    a7 = v128.xor(a7, v128.load(address, 112));
  }
  a0 = v128.xor(v128.xor(v128.xor(a0, a1), v128.xor(a2, a3)), v128.xor(v128.xor(a4, a5), v128.xor(a6, a7)));
  return (
    i32x4.extract_lane(a0, 0) ^
    i32x4.extract_lane(a0, 1) ^
    i32x4.extract_lane(a0, 2) ^
    i32x4.extract_lane(a0, 3)
  );
}
