import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CheckRequest, FromCheck } from './protocol.js';
import type { CheckResult, Finding } from './result.js';

/** Limits of a check's process. */
export interface Limits {
  /** Seconds without a sign of life after which it counts as hung. Default 15. */
  readonly patience?: number | undefined;
  /** JavaScript heap, in megabytes. Default 512. */
  readonly heap?: number | undefined;
}

const PATIENCE = 15;
const HEAP = 512;
/** How much of a dead process' last output is kept, in characters. */
const LAST_WORDS = 4_000;

/** Runs one check in a process of its own, so that a plugin that hangs, grows or ends its process fails that check alone. */
export async function runCheck(
  request: CheckRequest,
  { patience = PATIENCE, heap = HEAP }: Limits = {},
): Promise<CheckResult> {
  const entry = fileURLToPath(new URL('./check-process.js', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--expose-gc', `--max-old-space-size=${heap}`, entry, JSON.stringify(request)],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  let result: Finding | null = null;
  let at: string | undefined;
  let hung = false;
  let words = '';
  let timer: NodeJS.Timeout;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, 1000 * patience);
  };
  wait();
  child.stderr!.on('data', (data: Buffer) => {
    words = (words + data.toString()).slice(-LAST_WORDS);
  });
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    wait();
    const said = JSON.parse(line) as FromCheck;
    if (said.type === 'result') result = said.result;
    else at = said.at ?? at;
  });
  const ended = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? `status ${code}`));
  });
  clearTimeout(timer!);
  const finding = (result as Finding | null) ?? {
    outcome: 'failed' as const,
    message: hung
      ? `It gave no sign of life for ${patience} s: its code does not return.`
      : endedHow(words, ended, heap),
    ...(at !== undefined && { reproduce: at }),
  };
  return { check: request.check, ...finding };
}

function endedHow(words: string, ended: string, heap: number): string {
  if (/heap out of memory|heap limit/i.test(words)) return `It took more than ${heap} MB of memory.`;
  const error = words.split('\n').find((line) => /^\w*Error\b/.test(line));
  return `Its process ended with ${ended}${error === undefined ? '' : `: ${error}`}.`;
}
