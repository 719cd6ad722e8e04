import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { makeFolder } from '../../make-folder.js';
import type { ModelFiles } from '../../model/write-folder.js';
import { readRegularFile } from '../../read-file.js';
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
      `${out} holds other files than a model that was trained here.`,
      'Give --out a folder that is not there yet.',
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
      `The training in ${out} cannot be gone on with: ${(cause as Error).message}`,
      'Begin it anew in another folder, or over it with --replace.',
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
  readonly files: ModelFiles & { readonly 'novelty.bin'?: Uint8Array; readonly LICENSE?: Uint8Array };
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
  const [part, old] = [beside(out, 'part'), beside(out, 'old')];
  const { resume } = run;
  makeFolder(dirname(part));
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    for (const [name, content] of Object.entries(run.files)) await writeFile(join(part, name), content);
    await writeFile(join(part, 'README.md'), run.card);
    const arrays = resume ? [...resume.trainer.values, ...resume.best] : [];
    const record: RunRecord = {
      version: 1,
      ...run.record,
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
    await rename(out, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(part, out);
  } catch (cause) {
    throw cannotWrite(out, cause as NodeJS.ErrnoException);
  } finally {
    await rm(part, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Hidden, so that what is not whole yet, or was left by a program that was killed, is not listed as a model. */
function beside(out: string, what: 'part' | 'old'): string {
  return join(dirname(out), `.${basename(out)}.${what}-${process.pid}`);
}

/** Throws FILE_WRITE where no folder can be made at `out`. */
export async function requireWritable(folder: string): Promise<void> {
  const probe = beside(resolve(folder), 'part');
  makeFolder(dirname(probe));
  try {
    await mkdir(probe);
    await rm(probe, { recursive: true });
  } catch (cause) {
    throw cannotWrite(folder, cause as NodeJS.ErrnoException);
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function cannotWrite(out: string, cause: NodeJS.ErrnoException): ContinuoError {
  return new ContinuoError(
    'FILE_WRITE',
    `Expected to write a model folder at ${out}, but it ${cause.code === 'ENOTDIR' ? 'is no folder' : `cannot be written (${cause.code ?? cause.message})`}.`,
    'May you write there, and is there room? --out names another place.',
    { cause },
  );
}
