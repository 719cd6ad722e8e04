import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandDef } from 'citty';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { checkOptions } from '../../src/cli/options.js';
import { descend } from '../../src/cli/sub-commands.js';
import { ContinuoError } from '../../src/errors.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string) => readFileSync(join(root, page), 'utf8');

/** Links of a page to files of the project, and to headings. */
function brokenLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path, heading] = link.split('#');
    const file = path ? join(root, dirname(page), path) : join(root, page);
    return !existsSync(file) || (heading !== undefined && !headingsOf(file).includes(heading));
  });
}

/** Headings as GitHub names them in links. */
function headingsOf(file: string): string[] {
  const titles = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!);
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** Links whose words are the name of another file. */
function misnamedLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\[([\w/.-]+\.[a-z]+)\]\(([^)\s#]+)\)/g)];
  return links.filter(([, words, path]) => !path!.endsWith(words!)).map(([link]) => link);
}

/** What a page has between backticks. */
const spans = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);

/** Lines of a page's blocks of code, without what is said behind `#`. */
function codeLines(page: string): string[] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('    ') || /^(npx )?continuo /.test(line))
    .map((line) => line.replace(/\s#.*/, '').trim());
}

/** Words of a command line, quoted ones as one. */
const wordsOf = (line: string) => [...line.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word);

/** What is wrong with a command line that a page shows; null where there is such a command with such options. */
async function wrongWith(line: string): Promise<string | null> {
  const words = wordsOf(line);
  const [name = '', ...rest] = words.slice(words.indexOf('continuo') + 1);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) return `${line}: there is no command ${name}`;
  // Commands with options of plugins that the page has written: the test of the tutorial runs them.
  if (words.includes('./walk') || words.includes('./timekeeper')) return null;
  const given = rest.map((word) => word.replace(/^\[|[\],]$/g, '')).filter((word) => !/^[…|]/.test(word));
  const { command, args, path } = await descend(
    (await entry.load(words.some((word) => /^(\.\/|ID$)/.test(word)) ? undefined : given))
      .default as CommandDef,
    given,
    `continuo ${name}`,
  );
  try {
    await checkOptions(
      command,
      args.filter((arg) => arg !== '--help'),
      path,
    );
    return null;
  } catch (error) {
    // Pages may leave out what a command needs.
    const known = error instanceof ContinuoError && error.code === 'OPTION_VALUE';
    return known ? null : `${line}: ${(error as Error).message}`;
  }
}

describe.each(pages)('%s', (page) => {
  it('links to files and headings that are there', () => {
    expect(brokenLinks(page)).toEqual([]);
    expect(misnamedLinks(page)).toEqual([]);
  });

  it('shows commands that there are, with options that they have', async () => {
    const shown = [
      ...codeLines(page).filter((line) => /^(npx )?continuo [a-z]/.test(line)),
      ...spans(read(page)).filter((span) => /^(npx )?continuo [a-z]/.test(span)),
    ];
    const wrong = await Promise.all(shown.map(wrongWith));
    expect(wrong.filter((line) => line !== null)).toEqual([]);
  });

  it('names scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = read(page);
    const wanted = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script!);
    expect(wanted.filter((script) => !(script in scripts))).toEqual([]);
    const files = [...text.matchAll(/scripts\/[\w-]+\.mjs/g)].map(([file]) => file);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('docs/HOW-TO.md names files that are there', () => {
  const inProject = /^(src|test|docs|web-ui|models|templates|training|scripts)\/[\w./-]+$/;
  // NAME is the reader's own.
  const paths = spans(read('docs/HOW-TO.md')).filter(
    (span) => inProject.test(span) && !span.includes('NAME'),
  );
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('docs/HOW-TO.md names what the files have', () => {
  const text = read('docs/HOW-TO.md');
  const named = [...text.matchAll(/`((?:src|web-ui)\/[\w./-]+\.ts)`[,:] (?:\(|in )?`([#\w]+)`/g)];
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(([, file, name]) => !read(file!).includes(name!)).map(([all]) => all)).toEqual([]);
});

it('docs/GLOSSARY.md gives each word a file that defines it', () => {
  const rows = read('docs/GLOSSARY.md')
    .split('\n')
    .filter((line) => /^\| (?!word|---)/.test(line));
  expect(rows.length).toBeGreaterThan(50);
  for (const row of rows) {
    const [, file, name] = /\]\(\.\.\/([^)]+)\)(?: `([^`]+)`)?[^|]*\|$/.exec(row) ?? [];
    expect(file, row).toBeDefined();
    for (const part of name?.split('.') ?? []) expect(read(file!), row).toMatch(new RegExp(`\\b${part}\\b`));
  }
});

it.each(['start', 'jam', 'continue', 'replay', 'generate folk', 'generate text'])(
  'README.md names every option of %s',
  async (line) => {
    const [name, ...rest] = line.split(' ');
    const { command } = await descend((await COMMANDS[name!]!.load()).default, rest, name!);
    const args = (typeof command.args === 'function' ? await command.args() : await command.args) ?? {};
    const options = Object.entries(args).filter(([, { type }]) => type !== 'positional');
    const text = read('README.md');
    const unnamed = options.filter(
      ([option, def]) =>
        ![option, `no-${option}`].some((one) => text.includes(`--${one}`)) &&
        ![('alias' in def && def.alias) || []].flat().some((one) => text.includes(` -${one} `)),
    );
    expect(unnamed.map(([option]) => option)).toEqual([]);
  },
);
