import type { Codec } from '../../codec/codec.js';
import { checkParam } from '../../plugin/params.js';
import { demand, type Finding, passed } from '../result.js';
import type { Subject } from '../subject.js';

/** plugin.json and the code agree, defaults fit their parameters, and the codec is complete. Both have been loaded by now. */
export function checkDescriptor({ plugin, params, live }: Subject): Finding {
  const { descriptor, definition } = plugin;
  for (const [id, spec] of Object.entries(params)) checkParam(params, id, spec.default);
  demand(
    descriptor.extensions.length > 0,
    () =>
      'plugin.json names no extension that this version of the contract knows: the plugin can do nothing.',
  );
  if (live) {
    const { codec } = live(1);
    checkCodec(codec);
    const again = live(2).codec;
    demand(
      again.vocabulary.hash === codec.vocabulary.hash && again.id === codec.id,
      () =>
        `live.codec gave ${codec.id} (${codec.vocabulary.hash}), then ${again.id} (${again.vocabulary.hash}).`,
    );
  }
  const more = Object.keys(definition).filter((name) => !descriptor.extensions.some((one) => one === name));
  const notes = [
    ...descriptor.unknownExtensions.map((name) => `this version does not know the extension ${name}`),
    ...more.map((name) => `the code has ${name}, which plugin.json does not name`),
    ...(descriptor.licence === undefined ? ['plugin.json names no licence'] : []),
  ];
  const { extensions } = descriptor;
  if (notes.length > 0) return { outcome: 'warned', message: `${sentence(notes.join('; '))}.` };
  return passed(
    `${extensions.join(', ')}; ${Object.keys(params).length} parameters, whose defaults are values of theirs.`,
  );
}

function checkCodec({ id, vocabulary, startToken }: Codec): void {
  const { size, hash } = vocabulary;
  demand(typeof id === 'string' && id !== '', () => 'The codec has no id.');
  demand(typeof hash === 'string' && hash !== '', () => `The vocabulary of the codec ${id} has no hash.`);
  demand(Number.isInteger(size) && size > 0, () => `The vocabulary of the codec ${id} has ${size} tokens.`);
  demand(
    Number.isInteger(startToken) && startToken >= 0 && startToken < size,
    () => `The codec ${id} starts with the token ${startToken}; its vocabulary has 0 to ${size - 1}.`,
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
