import type { ComposeOption } from '../../plugin/compose-descriptor.js';
import type { ParamValue } from '../../plugin/params.js';

/** Values of an option that are tried: its bounds, and nothing where nothing is a value. */
export function boundsOf({
  param,
  several,
}: Pick<ComposeOption, 'param' | 'several'>): (ParamValue | readonly ParamValue[])[] {
  const nothing = param.default === null ? [null] : [];
  switch (param.type) {
    case 'toggle':
      return [true, false];
    case 'choice': {
      const ends = [param.choices[0]!, param.choices.at(-1)!];
      return [...ends, ...(several ? [ends] : []), ...nothing];
    }
    case 'text':
      return [...(param.suggestions ?? []).slice(0, 2), 'x'.repeat(param.maxLength), '', ...nothing];
    case 'float':
    case 'int':
    case 'pitch':
      return [param.min, param.max, ...nothing];
  }
}
