import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { ModelFiles } from '../../model/write-folder.js';
import { readRegularFile } from '../../read-file.js';
import { makeWholeFolder, requirePlaceFor } from '../../whole-folder.js';
import type { FitPoint, FitResume } from './fit.js';
import type { StreamsPosition } from './streams.js';

/** training.json: what a model folder says of its training, for the program itself; README.md says it to people. */
export interface RunRecord {
  readonly version: 1;
  /** Of network, music and settings: only the same training goes on. */
  readonly fingerprint: string;
  readonly finished: boolean;
  readonly seconds: number;
  readonly curve: readonly FitPoint[];
  /** Where it stands; its numbers are in resume.bin. Absent where it is finished. */
  readonly resume?: {
    readonly steps: number;
    readonly tokens: number;
    readonly position: StreamsPosition;
    readonly losses: readonly number[];
    readonly curve: readonly FitPoint[];
    /** How many float32 numbers each array has: the trainer's, then those of the best weights. */
    readonly lengths: readonly number[];
    readonly ofTrainer: number;
  };
}

/** A training that a folder holds. */
export interface FoundRun {
  readonly record: RunRecord;
  readonly resume: FitResume | undefined;
}

/**
 * What stands in the folder where a model is to be written: a training, or nothing. Throws TRAINING_OTHER for a folder with
 * anything else.
 */
export async function readRun(out: string): Promise<FoundRun | null> {
  const names: string[] = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cannotWrite(out, cause);
  });
  if (names.length === 0) return null;
  if (!names.includes(RECORD)) {
    throw new ContinuoError(
      'TRAINING_OTHER',
      `${out} holds files that do not belong to a model trained with continuo train.`,
      'Give --out a folder that does not exist yet.',
    );
  }
  try {
    const text = (await readRegularFile(join(out, RECORD), MOST_RECORD)).toString('utf8');
    const record: RunRecord = JSON.parse(text);
    return {
      record,
      resume: record.resume && resumeOf(record, await readNumbers(out, record.resume.lengths)),
    };
  } catch (cause) {
    throw new ContinuoError(
      'TRAINING_OTHER',
      `The training in ${out} cannot be resumed: ${(cause as Error).message}`,
      'Train anew in another folder, or overwrite it with --replace.',
      { cause },
    );
  }
}

const RECORD = 'training.json';
const NUMBERS = 'resume.bin';
/** Bytes. A point of the curve takes 100 of them, a loss 20: more than any training has. */
const MOST_RECORD = 64 * 2 ** 20;

function readNumbers(out: string, lengths: readonly number[]): Promise<Uint8Array> {
  return readRegularFile(join(out, NUMBERS), 4 * lengths.reduce((sum, length) => sum + length, 0));
}

function resumeOf({ resume, seconds }: RunRecord, bytes: Uint8Array): FitResume {
  const { steps, tokens, position, losses, curve, lengths, ofTrainer } = resume!;
  const all = new Float32Array(new Uint8Array(bytes).buffer);
  const expected = lengths.reduce((sum, length) => sum + length, 0);
  if (all.length !== expected) throw new Error(`${NUMBERS} has ${all.length} numbers instead of ${expected}`);
  let offset = 0;
  const arrays = lengths.map((length) => {
    offset += length;
    return all.slice(offset - length, offset);
  });
  return {
    trainer: { steps, tokens, position, values: arrays.slice(0, ofTrainer) },
    best: arrays.slice(ofTrainer),
    curve,
    seconds,
    losses,
  };
}

/** What a model folder is to hold. */
export interface RunFolder {
  readonly files: ModelFiles;
  /** What else it holds, by name. */
  readonly beside: Readonly<Record<string, Uint8Array>>;
  readonly card: string;
  readonly record: Omit<RunRecord, 'version' | 'resume'>;
  /** To go on; absent where the training is finished. */
  readonly resume?: FitResume;
}

/**
 * Writes a model folder whole: into a folder beside `out` that takes its place, so that whoever reads it finds the old one or
 * the new one. Throws FILE_WRITE.
 */
export async function writeRun(folder: string, run: RunFolder): Promise<void> {
  const out = resolve(folder);
  try {
    await makeWholeFolder(out, (part) => fill(part, run));
  } catch (cause) {
    throw cannotWrite(out, cause);
  }
}

async function fill(part: string, { files, beside, card, record: facts, resume }: RunFolder): Promise<void> {
  for (const [name, content] of Object.entries({ ...beside, ...files }))
    await writeFile(join(part, name), content);
  await writeFile(join(part, 'README.md'), card);
  const arrays = resume ? [...resume.trainer.values, ...resume.best] : [];
  const record: RunRecord = {
    version: 1,
    ...facts,
    ...(resume && {
      resume: {
        steps: resume.trainer.steps,
        tokens: resume.trainer.tokens,
        position: resume.trainer.position,
        losses: resume.losses,
        curve: resume.curve,
        lengths: arrays.map(({ length }) => length),
        ofTrainer: resume.trainer.values.length,
      },
    }),
  };
  if (resume) await writeFile(join(part, NUMBERS), Buffer.concat(arrays.map(bytesOf)));
  await writeFile(join(part, RECORD), `${JSON.stringify(record)}\n`);
}

/** Throws FILE_WRITE where no folder can be made at `out`. */
export function requireWritable(folder: string): void {
  try {
    requirePlaceFor(folder);
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function cannotWrite(out: string, cause: unknown): ContinuoError {
  if (cause instanceof ContinuoError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new ContinuoError(
    'FILE_WRITE',
    `Expected to write a model folder at ${out}, but it ${code === 'ENOTDIR' ? 'is no folder' : `cannot be written (${code ?? message})`}.`,
    'Check the permissions and the free space, or give another place with --out.',
    { cause },
  );
}
