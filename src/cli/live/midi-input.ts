import { type ParsedMidi, parseMidiFile } from '../../music/midi/parse.js';
import type { MidiPiece } from '../../music/midi/piece.js';
import { pieceOf } from '../../music/midi/read.js';
import { MidiWarnings } from '../../music/midi/warnings.js';
import { inputName, readInput } from '../files.js';

/** Reads a MIDI file that a user named (- for standard input) and prints warnings about it. Throws FILE_READ and what readMidi throws. */
export async function readMidiInput(
  path: string,
): Promise<{ readonly midi: ParsedMidi; readonly piece: MidiPiece }> {
  const bytes = await readInput(path);
  const warnings = new MidiWarnings();
  try {
    const midi = parseMidiFile(bytes, warnings);
    return { midi, piece: pieceOf(midi, warnings) };
  } finally {
    // Warnings come before an error, too: they may explain it.
    for (const line of warnings.lines()) process.stderr.write(`${inputName(path)}: ${line}\n`);
  }
}
