export { type TapChoice, TapFrame } from './frame.js';
export type { TapLink, TapShape } from './layout.js';
export { TapReader } from './reader.js';
export { Tap, type TapInput } from './tap.js';
export { watchTokens } from './watch-tokens.js';
