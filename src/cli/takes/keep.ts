import { basename } from 'node:path';
import { defineCommand } from 'citty';
import { type TakeLibrary, TRASH_DAYS } from '../../host/takes/library/library.js';
import { printable } from '../printable.js';
import { libraryOf, TAKE, TAKES } from './args.js';

const json = {
  type: 'boolean',
  default: false,
  description: 'Say what was done as one JSON object',
} as const;

export const rename = defineCommand({
  meta: { name: 'rename', description: 'Give a take a name. Its folder stays where it is.' },
  args: {
    take: TAKE,
    name: {
      type: 'positional',
      description: 'The name, in quotes where it has blanks',
      valueHint: 'NAME',
      required: true,
    },
    takes: TAKES,
    json,
  },
  async run({ args }) {
    const library = libraryOf(args);
    const folder = library.find(args.take);
    const name = await library.rename(folder, args.name);
    const id = basename(folder);
    say(args.json, { id, name, folder }, `${id} is named ${JSON.stringify(name)}.`);
  },
});

export const remove = defineCommand({
  meta: {
    name: 'delete',
    description: `Move a take to the trash, where it is kept for ${TRASH_DAYS} days.`,
  },
  args: {
    take: TAKE,
    takes: TAKES,
    'for-good': {
      type: 'boolean',
      default: false,
      description: 'Remove it at once, from the trash too: nothing brings it back',
    },
    json,
  },
  async run({ args }) {
    const library = libraryOf(args);
    library.emptyOld();
    if (args['for-good']) {
      const folder = inTrashToo(library, args.take);
      library.removeForGood(folder);
      say(args.json, { id: basename(folder), folder, forGood: true }, `${basename(folder)} is gone.`);
      return;
    }
    const folder = await library.remove(library.find(args.take));
    const id = basename(folder);
    say(
      args.json,
      { id, folder, forGood: false },
      `${id} is in the trash. continuo takes restore brings it back.`,
    );
  },
});

/** A take that is there, else one in the trash. Throws TAKE_UNKNOWN and TAKE_AMBIGUOUS. */
function inTrashToo(library: TakeLibrary, reference: string): string {
  try {
    return library.find(reference);
  } catch (error) {
    try {
      return library.find(reference, { deleted: true });
    } catch {
      throw error;
    }
  }
}

export const restore = defineCommand({
  meta: {
    name: 'restore',
    description: 'Bring a deleted take back; without a name, the one that was deleted last.',
  },
  args: { take: { ...TAKE, required: false }, takes: TAKES, json },
  async run({ args }) {
    const library = libraryOf(args);
    const deleted =
      args.take === undefined ? library.lastDeleted() : library.find(args.take, { deleted: true });
    const folder = await library.restore(deleted);
    const id = basename(folder);
    say(args.json, { id, folder }, `${id} is back in ${library.folder}.`);
  },
});

function say(asJson: boolean, value: object, words: string): void {
  process.stdout.write(printable(`${asJson ? JSON.stringify(value) : words}\n`));
}
