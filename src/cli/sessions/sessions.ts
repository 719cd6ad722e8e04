import { defineCommand } from 'citty';
import type { OpenChoice, SessionEntry } from '../../client/host-client.js';
import type { ClusterHost } from '../../client/line-client.js';
import { columns } from '../../columns.js';
import { ContinuoError } from '../../errors.js';
import { askedMember, givenTo } from '../live/band-options.js';
import { modeOption } from '../options.js';
import { printable } from '../printable.js';
import { atSession, snapshotMeant } from '../snapshots/at-session.js';
import { atHost, HOST_ARGS, panelOf, SESSION, sessionMeant } from './at-host.js';
import { dismiss, offeredLines, resume } from './offers.js';
import { undoing } from './undoing.js';

const list = defineCommand({
  meta: {
    name: 'list',
    description: 'List the sessions that a running host has, and those that can be resumed.',
  },
  args: {
    ...HOST_ARGS,
    json: { ...HOST_ARGS.json, description: 'Print { sessions, offered, limits } as JSON' },
  },
  async run({ args }) {
    const { sessions, welcome, hosts, offered } = await atHost(args, async (host) => ({
      ...{ sessions: host.sessions, welcome: host.welcome, hosts: host.hosts, offered: host.offered },
    }));
    const { limits } = welcome;
    const open =
      sessions.length === 0
        ? ['No session is open. continuo sessions open opens one.']
        : [...columns(sessions.map(row(hosts))), '', howMany(sessions, limits.sessions)];
    if (args.json) say(JSON.stringify({ sessions, offered, limits }, null, 2));
    else say([...open, ...offeredLines(offered)].join('\n'));
  },
});

/** A row of the list; in a cluster with the host that has the session. */
const row =
  (hosts: readonly ClusterHost[]) =>
  ({ id, name, plugin, model, mode, phase, clients, host }: SessionEntry) => [
    ...[id, name, `${plugin.id} on ${model.id}`, mode, phase],
    `${clients} ${clients === 1 ? 'client' : 'clients'}`,
    ...(hosts.length === 0 ? [] : [host?.name ?? hosts.find(({ here }) => here)?.name ?? '']),
  ];

function howMany(sessions: readonly SessionEntry[], most: number): string {
  const here = sessions.filter(({ host }) => host === undefined).length;
  const elsewhere = sessions.length - here;
  return `${here} of ${most} at most${elsewhere === 0 ? '' : `, and ${elsewhere} at other hosts`}`;
}

const open = defineCommand({
  meta: {
    name: 'open',
    description: 'Open a session in a running host. What is left out is as the host was started.',
  },
  args: {
    name: { type: 'string', description: 'Its name (default: Session and a number)', valueHint: 'NAME' },
    plugin: { type: 'string', description: 'The plugin that plays: its id', valueHint: 'ID' },
    model: { type: 'string', description: "A model's name (default: the plugin's best)", valueHint: 'ID' },
    with: {
      type: 'string',
      description: 'Who plays along: a plugin, its model (--with drums --with piano:piano-pop)',
      valueHint: 'PLUGIN[:MODEL]',
    },
    host: {
      type: 'string',
      description: 'The host of the cluster that is to have it: its name or id (default: any)',
      valueHint: 'HOST',
    },
    mode: { type: 'string', description: 'answer, continue, duet, solo or listen', valueHint: 'MODE' },
    ...HOST_ARGS,
  },
  async run({ args, rawArgs }) {
    const choice = choiceOf(args, rawArgs);
    const opened = await atHost(args, async (host) => {
      const id = await host.openSession(choice);
      return host.sessions.find((entry) => entry.id === id) ?? { id, name: choice.name ?? id };
    });
    const panel = panelOf(args.url, opened.id);
    if (args.json) say(JSON.stringify({ id: opened.id, name: opened.name, panel }));
    else say(`${opened.name} is open: ${opened.id}\n  panel  ${panel}`);
  },
});

/** Throws OPTION_VALUE. */
function choiceOf(
  {
    name,
    plugin,
    model,
    mode,
    host,
  }: Record<'name' | 'plugin' | 'model' | 'mode' | 'host', string | undefined>,
  rawArgs: readonly string[],
): OpenChoice {
  const members = givenTo('--with', rawArgs).map((text) => {
    const { plugin: id, model: own, mode: ownMode } = askedMember(text);
    if (ownMode !== undefined)
      throw new ContinuoError(
        'OPTION_VALUE',
        `Who plays along begins in the mode that fits it; --with was given ${JSON.stringify(text)}.`,
        'Leave the mode out, and choose it in the panel.',
      );
    return { plugin: id, ...(own !== undefined && { model: own }) };
  });
  return {
    ...(name !== undefined && { name }),
    ...(plugin !== undefined && { plugin }),
    ...(model !== undefined && { model }),
    ...(mode !== undefined && { mode: modeOption(mode) }),
    ...(members.length > 0 && { members }),
    ...(host !== undefined && { host }),
  };
}

const fork = defineCommand({
  meta: {
    name: 'fork',
    description:
      'Open a session that goes on from another one, as it stands now or at a snapshot: another future of the same past.',
  },
  args: {
    session: SESSION,
    snapshot: {
      type: 'string',
      description: 'A snapshot of that session: its id, its name, or the beginning of one (default: now)',
      valueHint: 'SNAPSHOT',
    },
    name: {
      type: 'string',
      description: 'Its name (default: that of the other, and fork)',
      valueHint: 'NAME',
    },
    ...HOST_ARGS,
  },
  async run({ args }) {
    const forked = await atHost(args, async (host) => {
      const { id: session } = sessionMeant(args.session, host.sessions);
      const { snapshot: wanted, name } = args;
      const snapshot =
        wanted === undefined
          ? undefined
          : await atSession(
              { ...args, session },
              async ({ snapshots }) => snapshotMeant(wanted, snapshots).id,
            );
      const id = await host.openSession({
        from: { session, ...(snapshot !== undefined && { snapshot }) },
        ...(name !== undefined && { name }),
      });
      return host.sessions.find((entry) => entry.id === id) ?? { id, name: name ?? id };
    });
    const panel = panelOf(args.url, forked.id);
    if (args.json) say(JSON.stringify({ id: forked.id, name: forked.name, panel }));
    else say(`${forked.name} is open: ${forked.id}\n  panel  ${panel}`);
  },
});

const close = defineCommand({
  meta: {
    name: 'close',
    description: 'Close a session of a running host. Its take is kept; for half a minute it can be reopened.',
  },
  args: { session: SESSION, ...HOST_ARGS },
  async run({ args }) {
    const { entry, undoSeconds } = await atHost(args, async (host) => {
      const entry = sessionMeant(args.session, host.sessions);
      await host.closeSession(entry.id);
      return { entry, undoSeconds: host.welcome.limits.undoSeconds };
    });
    const { id, name, take } = entry;
    if (args.json) say(JSON.stringify({ id, name, take, undoSeconds }));
    else
      say(
        `${name} is closed${take === null ? '' : `; its take is ${take}`}.\n  undo, for ${undoSeconds} seconds: continuo sessions reopen ${id}`,
      );
  },
});

const reopen = defineCommand({
  meta: { name: 'reopen', description: 'Undo the closing of a session: it goes on where it was.' },
  args: {
    session: { ...SESSION, description: 'The id of the session, as close printed it' },
    ...HOST_ARGS,
  },
  async run({ args }) {
    const { id, name } = await atHost(args, async (host) => {
      await host.reopenSession(args.session);
      return sessionMeant(args.session, host.sessions);
    });
    say(args.json ? JSON.stringify({ id, name }) : `${name} is open again.`);
  },
});

const rename = defineCommand({
  meta: { name: 'rename', description: 'Give a session of a running host another name.' },
  args: {
    session: SESSION,
    name: {
      type: 'positional',
      description: 'The name, in quotes where it has blanks',
      valueHint: 'NAME',
      required: true,
    },
    ...HOST_ARGS,
  },
  async run({ args }) {
    const before = await atHost(args, async (host) => {
      const entry = sessionMeant(args.session, host.sessions);
      await host.renameSession(entry.id, args.name);
      return entry;
    });
    const name = args.name.trim();
    say(args.json ? JSON.stringify({ id: before.id, name }) : `${before.name} is ${name} now.`);
  },
});

const move = defineCommand({
  meta: {
    name: 'move',
    description: 'Move a session to another host of the cluster. Who plays in it follows by itself.',
  },
  args: {
    session: SESSION,
    host: {
      type: 'positional',
      description: 'The host: its name or id, as continuo hosts lists it',
      valueHint: 'HOST',
      required: true,
    },
    ...HOST_ARGS,
  },
  async run({ args }) {
    const { id, name } = await atHost(args, async (host) => {
      const entry = sessionMeant(args.session, host.sessions);
      await host.moveSession(entry.id, args.host);
      return entry;
    });
    say(args.json ? JSON.stringify({ id, name, host: args.host }) : `${name} is at ${args.host} now.`);
  },
});

/** Names come from other users of the host, so they are made safe to print. */
function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

export default defineCommand({
  meta: {
    name: 'sessions',
    description:
      'List (the default), open, close, reopen, rename and move the sessions of a running host, and resume those that were open before; undo and redo changes in them.',
  },
  subCommands: {
    list,
    open,
    fork,
    close,
    reopen,
    resume,
    dismiss,
    rename,
    move,
    undo: undoing('undo'),
    redo: undoing('redo'),
  },
  args: list.args!,
  run: list.run!,
});
