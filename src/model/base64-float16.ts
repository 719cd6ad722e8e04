import { broken } from './json.js';
import { float16s } from './manifest.js';

/** Decodes float16 numbers in base64, as model.json has them. `place` names the field in errors. Throws MODEL_BROKEN. */
export function float16sAt(base64: string, place: string): Float32Array {
  let text: string;
  try {
    text = atob(base64);
  } catch {
    throw broken(`${place}: expected float16 in base64`);
  }
  if (text.length % 2 !== 0) throw broken(`${place}: expected float16 in base64`);
  return float16s(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
}
