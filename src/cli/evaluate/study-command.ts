import { type ArgDef, type ArgsDef, type CommandDef, defineCommand } from 'citty';
import type { Findings, Study, StudyContext, StudyOption } from '../../evaluation/study.js';
import { defaultValues, type ParamValue } from '../../plugin/params.js';
import { readInput, reportStream, requireOutput, writeOutput } from '../files.js';
import { flagOf } from '../generate/flag-names.js';
import { ENGINE_ARGS, engineOf, PARAM_ARGS, paramsOf } from '../live/session-options.js';
import { choiceOption, integerOption, numberOption } from '../options.js';
import { progressBar } from '../progress.js';
import { stoppable } from '../stoppable.js';

/** The command that runs a study; its options come from the study. */
export function studyCommand(study: Study): CommandDef {
  return defineCommand({
    meta: { name: study.name, description: study.help },
    args: argsOf(study),
    async run({ args }) {
      const given = args as Given;
      const values = Object.fromEntries(
        Object.entries(study.options).map(([name, option]) => [
          name,
          optionValue(flagOf(name), option, given[flagOf(name)]),
        ]),
      );
      const context = contextOf(study, given);
      const html = study.page === null ? undefined : textOf(given.html);
      if (html !== undefined) await requireOutput(html, { binary: false });
      await write(await study.run(values, context), { html, json: given.json === true });
    },
  });
}

type Given = Readonly<Record<string, unknown>>;

function argsOf({ options, page, plays }: Study): ArgsDef {
  return {
    ...Object.fromEntries(Object.entries(options).map(([name, option]) => [flagOf(name), argOf(option)])),
    ...(page !== null && { html: { type: 'string', description: page, valueHint: 'FILE' } as const }),
    json: { type: 'boolean', default: false, description: 'Print one JSON object' },
    ...(plays && { ...ENGINE_ARGS, ...PARAM_ARGS }),
  };
}

function argOf(option: StudyOption): ArgDef {
  const { help: description } = option;
  if (option.type === 'toggle') return { type: 'boolean', default: false, description };
  const required = option.type === 'text' && option.required === true;
  return {
    type: 'string',
    description,
    valueHint: option.hint,
    ...(required ? { required } : option.default !== null && { default: String(option.default) }),
  };
}

/** Parses and checks an option of a study. Throws OPTION_VALUE. */
function optionValue(name: string, option: StudyOption, given: unknown): ParamValue {
  if (option.type === 'toggle') return given === true;
  const text = textOf(given);
  if (text === undefined) return null;
  switch (option.type) {
    case 'int':
      return integerOption(name, text, option.min, option.max);
    case 'float':
      return numberOption(name, text, option.min, option.max);
    case 'choice':
      return choiceOption(name, text, option.choices);
    case 'text':
      return text;
  }
}

/** The context for a study, from the command line. Throws ENGINE_UNKNOWN, OPTION_VALUE. */
function contextOf({ plays }: Study, given: Given): StudyContext {
  const [engine, precision] = [textOf(given.engine), textOf(given.precision)];
  return {
    engine: engineOf({
      engine: engine ?? ENGINE_ARGS.engine.default,
      precision: precision ?? ENGINE_ARGS.precision.default,
      memory: given.memory !== false,
    }),
    paramsFrom: (specs) => ({
      ...defaultValues(specs),
      ...(plays && paramsOf({ temperature: textOf(given.temperature), set: textOf(given.set) }, specs)),
    }),
    read: readInput,
    bar(label) {
      const bar = progressBar(label);
      return { show: (share, doing) => bar.show(share, undefined, doing), done: bar.done };
    },
    say: (line) => process.stderr.write(`${line}\n`),
    stoppable,
  };
}

function textOf(given: unknown): string | undefined {
  return typeof given === 'string' ? given : undefined;
}

async function write(
  findings: Findings,
  { html, json }: { readonly html: string | undefined; readonly json: boolean },
): Promise<void> {
  if (html !== undefined && findings.page) await writeOutput(html, findings.page());
  reportStream(html).write(json ? `${JSON.stringify(findings.data)}\n` : findings.text());
}
