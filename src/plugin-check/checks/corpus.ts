import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { CorpusCodec, CorpusExample, CorpusExtension } from '../../plugin/corpus.js';
import type { CorpusDescriptor } from '../../plugin/corpus-descriptor.js';
import { Chance } from '../chance.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import type { Subject } from '../subject.js';

/** Files that nobody could have written. */
const NOISE = 40;
const LONGEST_NOISE = 400;
/** Of a corpus as many files, and of each as many examples, are enough to see what goes wrong. */
const MOST_FILES = 200;
const MOST_EXAMPLES = 500;
/** Random tokens that are decoded. */
const SEQUENCES = 40;
const LONGEST_SEQUENCE = 200;
/** A file is looked for so deep, and not where a build or an installation puts files. */
const ELSEWHERE = /(^|[\\/])(node_modules|dist|\.[^\\/]+)([\\/]|$)/;

export interface CorpusOptions {
  /** Where there are files of the plugin's kind, or one such file. Default: the plugin's folder. */
  readonly corpus?: string | undefined;
}

interface TriedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Examples, families and tokens are the same each time, tokens are the codec's, and what cannot be used is refused with words. */
export function checkCorpus(subject: Subject, { corpus: folder }: CorpusOptions): Finding {
  const { descriptor, definition } = subject.plugin;
  const { corpus } = definition;
  if (!corpus || !descriptor.corpus) return skipped('The plugin makes no training data.');
  const kind = descriptor.corpus;
  demand(
    !kind.takes || corpus.played !== undefined,
    () => 'plugin.json says that it learns from takes, and the code has no corpus.played.',
  );
  demand(
    Object.keys(kind.derived).length === 0 || corpus.derive !== undefined,
    () => 'plugin.json names derived files, and the code has no corpus.derive.',
  );
  const files = filesFor(kind, folder ?? subject.plugin.folder);
  const tried = new Tried(corpus, kind, subject);
  for (const file of files) tried.file(file);
  for (const file of noise(kind, subject.seed)) tried.file(file);
  tried.decoding();
  return finding(tried, files.length, kind);
}

function finding({ examples, refused }: Tried, files: number, { endings }: CorpusDescriptor): Finding {
  const said = `${files} ${files === 1 ? 'file' : 'files'} gave ${examples} examples in each codec; ${refused} others, ${NOISE} files of noise among them, were refused with words or gave none.`;
  if (examples > 0) return passed(said);
  return {
    outcome: 'warned',
    message: `${said} No .${endings[0]} file that the plugin can use was tried: put one into its folder, or give a folder with --corpus.`,
  };
}

function filesFor({ endings }: CorpusDescriptor, folder: string): TriedFile[] {
  const paths = statSync(folder).isDirectory()
    ? readdirSync(folder, { recursive: true }).map((path) => String(path))
    : [''];
  return paths
    .filter((path) => !ELSEWHERE.test(path))
    .filter((path) => endings.some((ending) => join(folder, path).toLowerCase().endsWith(`.${ending}`)))
    .sort()
    .slice(0, MOST_FILES)
    .map((path) => ({
      name: path === '' ? basename(folder) : path.split(sep).join('/'),
      bytes: readFileSync(join(folder, path)),
    }));
}

/** No bytes, random bytes, and random letters in lines. */
function noise({ endings }: CorpusDescriptor, seed: number): TriedFile[] {
  return Array.from({ length: NOISE }, (_, index) => {
    const chance = new Chance(seed, index);
    const letters = index % 2 === 0;
    const length = index === 0 ? 0 : chance.integer(1, LONGEST_NOISE);
    const bytes = Uint8Array.from({ length }, () =>
      letters ? chance.pick([10, 32, 35, 58, 65, 71, 75, 88, 124, 49, 50]) : chance.integer(0, 255),
    );
    return { name: `noise-${index}.${endings[0]}`, bytes };
  });
}

/** What was tried of a corpus. */
class Tried {
  examples = 0;
  refused = 0;
  readonly #codecs = new Map<string, CorpusCodec>();

  constructor(
    private readonly corpus: CorpusExtension,
    private readonly kind: CorpusDescriptor,
    private readonly subject: Subject,
  ) {}

  file(file: TriedFile): void {
    this.subject.sign();
    const first = this.#read(file);
    const again = this.#read(file);
    demand(
      JSON.stringify(first.map(facts)) === JSON.stringify(again.map(facts)),
      () => `${file.name}, read twice, gives other examples, titles or families the second time.`,
    );
    const pieces = first.flatMap((example) => ('piece' in example ? [example] : []));
    this.examples += pieces.length;
    this.refused += first.length - pieces.length;
    for (const id of this.#codecIds()) {
      const codec = this.#codec(
        id,
        pieces.map(({ piece }) => piece),
      );
      if (codec) for (const example of pieces) this.#tokens(codec, example, file);
    }
  }

  /** The examples of a file; what it is refused with is one without a piece. */
  #read({ name, bytes }: TriedFile): CorpusExample[] {
    const read: CorpusExample[] = [];
    try {
      for (const example of this.corpus.examples(bytes, { path: name, warn: checkWarning })) {
        read.push(example);
        if ('refused' in example) checkRefusal(example.refused, name);
        if (read.length === MOST_EXAMPLES) break;
      }
    } catch (error) {
      read.push({ refused: checkRefusal(error, name) });
    }
    return read;
  }

  /** Codecs that need no files beside the corpus. */
  #codecIds(): string[] {
    const aided = Object.values(this.kind.aids).flatMap(({ codec, optional }) => (optional ? [] : [codec]));
    return this.kind.codecs.filter((id) => !aided.includes(id));
  }

  /** A codec, made of the pieces where the corpus makes it; undefined where there are none to make it of. */
  #codec(id: string, pieces: readonly unknown[]): CorpusCodec | undefined {
    if (this.corpus.learn) {
      if (pieces.length === 0) return undefined;
      const said = this.corpus.learn(id, pieces);
      for (const name of Object.keys(said))
        demand(
          this.kind.learns.includes(name),
          () => `corpus.learn gives ${name}, which corpus.learns in plugin.json does not name.`,
        );
      this.#codecs.set(id, this.corpus.codec(id, { said: JSON.parse(JSON.stringify(said)) }));
    } else if (!this.#codecs.has(id)) this.#codecs.set(id, this.corpus.codec(id, {}));
    const codec = this.#codecs.get(id)!;
    demand(codec.id === id, () => `corpus.codec(${JSON.stringify(id)}) gave the codec ${codec.id}.`);
    return codec;
  }

  #tokens(codec: CorpusCodec, { piece, place }: CorpusExample & { piece: unknown }, file: TriedFile): void {
    const where = `${file.name}${place === undefined ? '' : `:${place}`}`;
    let encoded: ReturnType<CorpusExtension['tokens']>;
    try {
      encoded = this.corpus.tokens(piece, codec);
    } catch (error) {
      checkRefusal(error, where);
      return;
    }
    const { tokens } = encoded;
    const { size } = codec.vocabulary;
    const stray = tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < size));
    demand(
      stray === undefined,
      () => `${where} in ${codec.id} has the token ${stray}; the vocabulary has 0 to ${size - 1}.`,
    );
    const again = this.corpus.tokens(piece, codec).tokens;
    demand(
      again.length === tokens.length && again.every((token, index) => token === tokens[index]),
      () => `${where}, encoded twice in ${codec.id}, has other tokens the second time.`,
    );
    codec.decode?.(tokens);
    this.#features(codec, tokens, where);
  }

  /** Features that the plugin says of a piece: a number or null for each token. */
  #features({ id }: CorpusCodec, tokens: readonly number[], where: string): void {
    const features = this.corpus.features?.(id, tokens) ?? {};
    for (const [name, values] of Object.entries(features)) {
      demand(
        values.length === tokens.length,
        () =>
          `corpus.features of ${where} has ${values.length} values of ${JSON.stringify(name)} for ${tokens.length} tokens in ${id}.`,
      );
      const odd = values.find((value) => value !== null && !Number.isFinite(value));
      demand(
        odd === undefined,
        () =>
          `corpus.features of ${where} gives ${String(odd)} for ${JSON.stringify(name)} in ${id}; a number or null is expected.`,
      );
    }
  }

  /** Where a codec decodes, any tokens give a piece, and features where the plugin tells them. */
  decoding(): void {
    for (const codec of this.#codecs.values()) {
      for (let sequence = 0; sequence < SEQUENCES; sequence++) {
        this.subject.sign();
        const chance = new Chance(this.subject.seed, NOISE + sequence);
        const length = chance.integer(0, LONGEST_SEQUENCE);
        const tokens = Array.from({ length }, () => chance.integer(0, codec.vocabulary.size - 1));
        codec.decode?.(tokens);
        this.#features(codec, tokens, 'random tokens');
      }
    }
  }
}

function facts(example: CorpusExample): unknown {
  const { place, title, family } = example;
  return [place, title, family, 'refused' in example ? example.refused.message : null];
}

function checkWarning({ code, message }: { readonly code: unknown; readonly message: unknown }): void {
  demand(
    typeof code === 'string' && typeof message === 'string' && message !== '',
    () => `A warning has the code ${JSON.stringify(code)} and the message ${JSON.stringify(message)}.`,
  );
}

function checkRefusal(error: unknown, where: string): ContinuoError {
  demand(
    error instanceof ContinuoError && error.message !== '',
    () =>
      `${where} should be refused with a ContinuoError that says why; it was refused with ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}.`,
  );
  return error;
}
