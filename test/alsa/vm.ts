import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, which the machine sees at the same place. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface VmRun {
  /** The command's exit status; 124 where time ran out. */
  readonly status: number | null;
  /** What it wrote to stdout and stderr. */
  readonly output: string;
  /** The files that it left in the folder $OUT, by name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * All that runs there stays on one of the two emulated processors. QEMU 7.2 now and then goes on with its old translation of
 * machine code that another processor has just replaced, as V8's compiling threads do with WebAssembly: where both are used, Node,
 * compiling and dropping modules in two threads, ended in SIGILL or SIGSEGV within 8 s in eight runs of eight, its program
 * counter in the middle of a sound instruction; on one processor in none of seven runs of 20 s.
 */
const ON_ONE_PROCESSOR = 'taskset -pc 1 $$ >/dev/null';

/**
 * Runs `command` in a shell in the repository's root, on the machine with an ALSA sequencer that `vm` starts (the path that
 * describeWith gives). It boots in seconds, runs code 10 to 20 times slower than this machine, and what is written there
 * is thrown away except for the files in $OUT. peers.mjs helps what runs there.
 */
export async function runInVm(vm: string, command: string, seconds = 900): Promise<VmRun> {
  const out = mkdtempSync(join(tmpdir(), 'continuo-alsa-'));
  try {
    const child = spawn(vm, ['-t', String(seconds), '-o', out, `${ON_ONE_PROCESSOR} && ${command}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const files = new Map(readdirSync(out).map((name) => [name, readFileSync(join(out, name))]));
    return { status, output, files };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
