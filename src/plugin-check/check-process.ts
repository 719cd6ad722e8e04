/** The process of one check: it gets its task as an argument, and writes signs of life and the result to file descriptor 3. */
import { writeSync } from 'node:fs';
import { CHECKS } from './checks/index.js';
import type { CheckRequest, FromCheck } from './protocol.js';
import type { Finding } from './result.js';
import { openSubject, type Subject } from './subject.js';
import { messageOf } from './thrown.js';

const PIPE = 3;
/** Least time between two signs of life, in milliseconds. */
const EVERY = 100;

/** Checks that play nothing live. */
const UNPLAYED: readonly string[] = ['corpus', 'compose', 'offline'];

const tell = (message: FromCheck): void => void writeSync(PIPE, `${JSON.stringify(message)}\n`);

let told = 0;
function sign(at?: string): void {
  const now = performance.now();
  if (at === undefined && now - told < EVERY) return;
  told = now;
  tell({ type: 'sign', ...(at !== undefined && { at }) });
}

async function run(request: CheckRequest): Promise<Finding> {
  let subject: Subject | undefined;
  try {
    // Whoever writes a corpus has no model of it yet; pieces have a model of their own.
    subject = await openSubject({ ...request, played: !UNPLAYED.includes(request.check) }, sign);
    tell({ type: 'sign' });
    return await CHECKS[request.check](subject, request);
  } catch (error) {
    return { outcome: 'failed', message: messageOf(error, subject?.plugin.folder ?? request.plugin) };
  }
}

tell({ type: 'sign' });
const result = await run(JSON.parse(process.argv[2]!) as CheckRequest);
tell({ type: 'result', result });
// Timers and threads of the plugin end with it.
process.exit(0);
