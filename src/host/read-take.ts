import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../errors.js';
import type { TakeRecord } from '../session/take.js';
import type { TakeHeader } from './take-file.js';

export interface Take {
  readonly header: TakeHeader;
  readonly records: readonly TakeRecord[];
}

/** Reads a take by its folder or its log. A last line that a crash cut short is left out. Throws FILE_READ. */
export async function readTake(path: string): Promise<Take> {
  const file = path.endsWith('.jsonl') ? path : join(path, 'take.jsonl');
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new ContinuoError(
      'FILE_READ',
      `There is no take that can be read at ${file}.`,
      "Give a take's folder.",
      { cause },
    );
  });
  const lines = text.split('\n').filter((line) => line !== '');
  const values = lines.flatMap((line, index) =>
    parse(line, index === lines.length - 1, `${file}, line ${index + 1}`),
  );
  const [header, ...records] = values as [TakeHeader | undefined, ...TakeRecord[]];
  if (header?.type !== 'take' || header.version !== 1) {
    throw new ContinuoError('FILE_READ', `${file} does not begin as a take of version 1 does.`);
  }
  return { header, records };
}

function parse(line: string, isLast: boolean, where: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch (cause) {
    if (isLast) return [];
    throw new ContinuoError('FILE_READ', `${where} is not JSON.`, 'The take is damaged there.', { cause });
  }
}
