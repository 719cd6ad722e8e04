import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { type Check, checks } from '../../host/doctor/doctor.js';

export default defineCommand({
  meta: {
    name: 'doctor',
    description: 'Say what this computer has and lacks for Continuo, and how to get it.',
  },
  args: { json: { type: 'boolean', description: 'Print a JSON array of { name, status, found, hint }' } },
  async run({ args }) {
    const found = await checks();
    process.stdout.write(args.json ? `${JSON.stringify(found, null, 2)}\n` : report(found));
    if (found.some(({ status }) => status === 'missing')) process.exitCode = 1;
  },
});

/** The checks for people: what is there, what is not, and below each what to do. */
export function report(found: readonly Check[]): string {
  const rows = found.flatMap(({ status, name, found, hint }) => [
    [status, name, found],
    ...(hint === null ? [] : [['', '', `-> ${hint}`]]),
  ]);
  const missing = found.filter(({ status }) => status === 'missing').map(({ name }) => name);
  const verdict =
    missing.length === 0
      ? 'Continuo can run here. What is optional adds to it.'
      : `Continuo cannot run here yet: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  return `${[...columns(rows), '', verdict].join('\n')}\n`;
}
