import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { findPlugin } from '../../host/plugins/plugins.js';
import { CHECK_NAMES, type CheckName, type CheckResult, checkPlugin } from '../../plugin-check/index.js';
import { runCheck } from '../../plugin-check/run-check.js';
import { printable } from '../printable.js';

export default defineCommand({
  meta: {
    name: 'check',
    description:
      'Check that a plugin keeps the contract, each check in a process of its own. The exit status is 1 where one fails.',
  },
  args: {
    plugin: {
      type: 'positional',
      description: "A plugin's folder, or its id",
      valueHint: 'FOLDER|ID',
      required: true,
    },
    only: {
      type: 'string',
      description: `Checks to run, with commas between: ${CHECK_NAMES.join(', ')}`,
      valueHint: 'CHECKS',
    },
    model: {
      type: 'string',
      description: "A model to play with, by id or folder; else the plugin's best",
      valueHint: 'MODEL',
    },
    seed: { type: 'string', description: 'Which random music is tried (1)', valueHint: 'NUMBER' },
    sessions: {
      type: 'string',
      description: 'How many random sessions fuzz plays, however long that takes',
      valueHint: 'COUNT',
    },
    reproduce: {
      type: 'string',
      description: 'Play one random session of fuzz again, as it named it',
      valueHint: 'SEED.SESSION',
    },
    patience: {
      type: 'string',
      description: 'After how many seconds without a sign a check is taken to hang (15)',
      valueHint: 'SECONDS',
    },
    corpus: {
      type: 'string',
      description:
        "A folder, or a file, of the kind that the plugin makes training data of; else its own folder's",
      valueHint: 'FOLDER',
    },
    json: { type: 'boolean', default: false, description: 'Print { plugin, version, ok, results } as JSON' },
  },
  async run({ args }) {
    const limits = { patience: numberOf('patience', args.patience, 1) };
    const asked = {
      model: args.model,
      corpus: args.corpus,
      seed: numberOf('seed', args.seed, 0),
      sessions: numberOf('sessions', args.sessions, 1),
      checks: checksOf(args.only),
    };
    const session = sessionOf(args.reproduce);
    const { descriptor, ref } = await findPlugin(args.plugin);
    if (!args.json) process.stdout.write(printable(`${descriptor.name} ${descriptor.version}\n`));
    const results: CheckResult[] = [];
    const tell = (result: CheckResult) => {
      results.push(result);
      if (!args.json) process.stdout.write(printable(inWords(result, args.plugin)));
    };
    if (session !== undefined)
      tell(await runCheck({ plugin: ref, model: args.model, check: 'fuzz', ...session }, limits));
    else for await (const result of checkPlugin(ref, { ...asked, ...limits })) tell(result);
    const failed = results.filter(({ outcome }) => outcome === 'failed').length;
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ plugin: descriptor.id, version: descriptor.version, ok: failed === 0, results }, null, 2)}\n`
        : failed === 0
          ? `None of ${results.length} checks failed.\n`
          : `${failed} of ${results.length} checks failed.\n`,
    );
    if (failed > 0) process.exitCode = 1;
  },
});

function inWords({ check, outcome, message, reproduce, steps = [] }: CheckResult, plugin: string): string {
  const mark = outcome === 'failed' ? 'FAILED' : outcome;
  const lines = [`  ${mark.padEnd(8)} ${check.padEnd(12)} ${message}`];
  for (const step of steps) lines.push(`             ${step}`);
  if (reproduce !== undefined)
    lines.push(`             Again: continuo plugin check ${plugin} --reproduce ${reproduce}`);
  return `${lines.join('\n')}\n`;
}

function checksOf(list: string | undefined): readonly CheckName[] | undefined {
  return list?.split(',').map((name) => {
    const check = CHECK_NAMES.find((one) => one === name.trim());
    if (check !== undefined) return check;
    throw new ContinuoError(
      'OPTION_VALUE',
      `--only takes names of checks; it was given ${JSON.stringify(name)}.`,
      `Checks: ${CHECK_NAMES.join(', ')}.`,
    );
  });
}

function numberOf(option: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d{1,9}$/.test(value) && number >= least) return number;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--${option} takes a whole number from ${least} on; it was given ${JSON.stringify(value)}.`,
  );
}

function sessionOf(value: string | undefined): { readonly seed: number; readonly only: number } | undefined {
  if (value === undefined) return undefined;
  const [, seed, only] = /^(\d{1,9})\.(\d{1,9})$/.exec(value) ?? [];
  if (seed !== undefined && only !== undefined) return { seed: Number(seed), only: Number(only) };
  throw new ContinuoError(
    'OPTION_VALUE',
    `--reproduce takes SEED.SESSION, such as 1.17, as fuzz printed it; it was given ${JSON.stringify(value)}.`,
  );
}
