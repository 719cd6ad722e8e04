// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a over the text's UTF-8 bytes, 16 hex digits. Not for secrets: it tells vocabularies apart. */
export function fnv1a64(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}
