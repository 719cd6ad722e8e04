export { readMidi } from './read.js';
export { writeMidi } from './write.js';
