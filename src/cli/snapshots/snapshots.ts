import { defineCommand } from 'citty';
import type { Snapshot } from '../../client/session-client.js';
import { columns } from '../../columns.js';
import { readRegularFile } from '../../read-file.js';
import { requireWritable, writeWhole } from '../../write-file.js';
import { choiceOption } from '../options.js';
import { atSession, SESSION_ARGS, SNAPSHOT, snapshotMeant } from './at-session.js';

/** The largest file that is sent to a host, in bytes; the host says what it takes. */
const LARGEST = 64 * 1024 * 1024;

const list = defineCommand({
  meta: { name: 'list', description: 'List the snapshots of a session of a running host.' },
  args: SESSION_ARGS,
  async run({ args }) {
    const snapshots = await atSession(args, async (session) => session.snapshots);
    if (args.json) say(JSON.stringify({ snapshots }, null, 2));
    else if (snapshots.length === 0)
      say('This session keeps no snapshot. continuo snapshots keep keeps one.');
    else say(columns(snapshots.map(row)).join('\n'));
  },
});

const row = ({ id, name, time, plugin, model, own, bytes, unfit }: Snapshot) => [
  ...[
    id,
    name,
    own ? `at ${time.toFixed(1)} s` : 'loaded',
    `${plugin}${model === null ? '' : ` on ${model}`}`,
  ],
  ...[`${Math.ceil(bytes / 1024)} kB`, unfit === undefined ? '' : 'of another model'],
];

const keep = defineCommand({
  meta: {
    name: 'keep',
    description: 'Keep this moment of a session, state and position. The music goes on.',
  },
  args: {
    name: {
      type: 'positional',
      description: 'Its name (default: Snapshot and a number)',
      valueHint: 'NAME',
      required: false,
    },
    ...SESSION_ARGS,
  },
  async run({ args }) {
    const kept = await atSession(args, (session) => session.keepSnapshot(args.name));
    say(args.json ? JSON.stringify(kept) : `${kept.name} is kept: ${kept.id}, at ${kept.time.toFixed(1)} s.`);
  },
});

const recall = defineCommand({
  meta: { name: 'recall', description: 'Go back to a snapshot and on from there.' },
  args: {
    snapshot: SNAPSHOT,
    when: {
      type: 'string',
      default: 'now',
      description: 'now, or phrase: when the turn or phrase under way is over',
      valueHint: 'now|phrase',
    },
    ...SESSION_ARGS,
  },
  async run({ args }) {
    const when = choiceOption('when', args.when, ['now', 'phrase']);
    const { id, name } = await atSession(args, async (session) => {
      const meant = snapshotMeant(args.snapshot, session.snapshots);
      await session.recallSnapshot(meant.id, when);
      return meant;
    });
    const goes = when === 'now' ? 'goes on' : 'goes on, once the phrase is over,';
    say(args.json ? JSON.stringify({ id, name, when }) : `The session ${goes} from ${name}.`);
  },
});

const save = defineCommand({
  meta: {
    name: 'save',
    description: 'Save a snapshot to a file, for another session, host or machine with the same model.',
  },
  args: {
    snapshot: SNAPSHOT,
    file: {
      type: 'positional',
      description: 'The file (default: the name of the snapshot, and .continuo-state)',
      valueHint: 'FILE',
      required: false,
    },
    ...SESSION_ARGS,
  },
  async run({ args }) {
    const { file, id } = await atSession(args, async (session) => {
      const { id, name } = snapshotMeant(args.snapshot, session.snapshots);
      const file = args.file ?? `${name.replace(/[^\p{L}\p{N} _-]+/gu, '-')}.continuo-state`;
      await requireWritable(file);
      await writeWhole(file, await session.saveSnapshot(id));
      return { file, id };
    });
    say(args.json ? JSON.stringify({ id, file }) : `Saved to ${file}.`);
  },
});

const load = defineCommand({
  meta: {
    name: 'load',
    description:
      'Load a snapshot from a file into a session, whose model has to be the one that it was made with.',
  },
  args: {
    file: { type: 'positional', description: 'A file that save wrote', valueHint: 'FILE', required: true },
    ...SESSION_ARGS,
  },
  async run({ args }) {
    const bytes = await readRegularFile(args.file, LARGEST);
    const loaded = await atSession(args, (session) => session.loadSnapshot(new Uint8Array(bytes)));
    say(
      args.json
        ? JSON.stringify(loaded)
        : `${loaded.name} is loaded: ${loaded.id}. continuo snapshots recall goes on from it.`,
    );
  },
});

const rename = defineCommand({
  meta: { name: 'rename', description: 'Give a snapshot another name.' },
  args: {
    snapshot: SNAPSHOT,
    name: {
      type: 'positional',
      description: 'The name, in quotes where it has blanks',
      valueHint: 'NAME',
      required: true,
    },
    ...SESSION_ARGS,
  },
  async run({ args }) {
    const before = await atSession(args, async (session) => {
      const meant = snapshotMeant(args.snapshot, session.snapshots);
      await session.renameSnapshot(meant.id, args.name);
      return meant;
    });
    const name = args.name.trim();
    say(args.json ? JSON.stringify({ id: before.id, name }) : `${before.name} is ${name} now.`);
  },
});

const remove = defineCommand({
  meta: { name: 'delete', description: 'Delete a snapshot. restore brings it back.' },
  args: { snapshot: SNAPSHOT, ...SESSION_ARGS },
  async run({ args }) {
    const { id, name } = await atSession(args, async (session) => {
      const meant = snapshotMeant(args.snapshot, session.snapshots);
      await session.deleteSnapshot(meant.id);
      return meant;
    });
    if (args.json) say(JSON.stringify({ id, name }));
    else say(`${name} is deleted.\n  undo: continuo snapshots restore ${id}`);
  },
});

const restore = defineCommand({
  meta: { name: 'restore', description: 'Bring back a snapshot that was deleted.' },
  args: {
    snapshot: { ...SNAPSHOT, description: 'The id of the snapshot, as delete printed it' },
    ...SESSION_ARGS,
  },
  async run({ args }) {
    await atSession(args, (session) => session.restoreSnapshot(args.snapshot));
    say(args.json ? JSON.stringify({ id: args.snapshot }) : `${args.snapshot} is back.`);
  },
});

export default defineCommand({
  meta: {
    name: 'snapshots',
    description: 'Moments of the sessions of a running host: keep them and go back to them.',
  },
  subCommands: { list, keep, recall, save, load, rename, delete: remove, restore },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
