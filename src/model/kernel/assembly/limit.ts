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

/** `count` (a multiple of 12) dot products of int16, each added up, and nothing else: twelve chains that do not wait for each other. */
export function dotOnly(count: i32): i32 {
  const x = i16x8.splat(<i16>count); // no constant: V8 would build it anew for every product
  let a0 = i32x4.splat(1),
    a1 = i32x4.splat(2),
    a2 = i32x4.splat(3),
    a3 = i32x4.splat(4);
  let a4 = i32x4.splat(5),
    a5 = i32x4.splat(6),
    a6 = i32x4.splat(7),
    a7 = i32x4.splat(8);
  let a8 = i32x4.splat(9),
    a9 = i32x4.splat(10),
    a10 = i32x4.splat(11),
    a11 = i32x4.splat(12);
  for (let i = 0; i < count; i += 12) {
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(a0, x));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(a1, x));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(a2, x));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(a3, x));
    a4 = i32x4.add(a4, i32x4.dot_i16x8_s(a4, x));
    a5 = i32x4.add(a5, i32x4.dot_i16x8_s(a5, x));
    a6 = i32x4.add(a6, i32x4.dot_i16x8_s(a6, x));
    a7 = i32x4.add(a7, i32x4.dot_i16x8_s(a7, x));
    a8 = i32x4.add(a8, i32x4.dot_i16x8_s(a8, x));
    a9 = i32x4.add(a9, i32x4.dot_i16x8_s(a9, x));
    a10 = i32x4.add(a10, i32x4.dot_i16x8_s(a10, x));
    a11 = i32x4.add(a11, i32x4.dot_i16x8_s(a11, x));
  }
  a0 = v128.xor(v128.xor(v128.xor(a0, a1), v128.xor(a2, a3)), v128.xor(v128.xor(a4, a5), v128.xor(a6, a7)));
  a0 = v128.xor(a0, v128.xor(v128.xor(a8, a9), v128.xor(a10, a11)));
  return (
    i32x4.extract_lane(a0, 0) ^
    i32x4.extract_lane(a0, 1) ^
    i32x4.extract_lane(a0, 2) ^
    i32x4.extract_lane(a0, 3)
  );
}
