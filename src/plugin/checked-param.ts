import { paramSpec } from './param-schema.js';

/** The schema of a declaration whose default and bounds fit together. */
export const checkedParam = paramSpec
  .refine((param) => !('min' in param) || param.min <= param.max, 'min is larger than max')
  .refine(
    (param) =>
      !('min' in param) ||
      param.default === null ||
      (param.min <= param.default && param.default <= param.max),
    'the default lies outside min to max',
  )
  .refine(
    (param) => param.type !== 'choice' || param.default === null || param.choices.includes(param.default),
    'the default is not among the choices',
  )
  .refine(
    (param) => param.type !== 'text' || (param.default ?? '').length <= param.maxLength,
    'the default is longer than maxLength',
  );
