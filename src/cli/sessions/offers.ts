import { defineCommand } from 'citty';
import { ago } from '../../ago.js';
import type { HostClient, SessionOffer } from '../../client/host-client.js';
import { columns } from '../../columns.js';
import { ContinuoError } from '../../errors.js';
import { printable } from '../printable.js';
import { atHost, HOST_ARGS, panelOf, sessionMeant, USUAL_ADDRESS } from './at-host.js';

/** The command that resumes a session. */
export function commandFor(id: string, address: string): string {
  const usual = new URL(address).href === USUAL_ADDRESS;
  return `continuo sessions resume ${id}${usual ? '' : ` --url ${address}`}`;
}

/** The sessions that can be resumed, as lines; empty where there are none. */
export function offeredLines(offered: readonly SessionOffer[]): string[] {
  if (offered.length === 0) return [];
  const row = ({ id, name, plugin, model, why, endedAt }: SessionOffer) => [
    ...[id, name, `${plugin.id} on ${model.id}`, `${why} ${ago(endedAt)}`],
  ];
  return ['', 'Were open; continuo sessions resume brings them back:', ...columns(offered.map(row))];
}

const OFFER = {
  type: 'positional',
  description: 'A session that was open: its id, its name, or the beginning of one of them',
  valueHint: 'SESSION',
  required: false,
} as const;

interface Resumed {
  readonly id: string;
  readonly name: string;
  readonly panel: string;
  /** Why it is not resumed. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string | undefined };
}

export const resume = defineCommand({
  meta: {
    name: 'resume',
    description: 'Resume sessions that were open when the host before ended: each goes on from its take.',
  },
  args: {
    session: OFFER,
    all: { type: 'boolean', default: false, description: 'All of them' },
    anew: {
      type: 'boolean',
      default: false,
      description: 'With the same setup, but from zero: for one whose take or model is gone',
    },
    ...HOST_ARGS,
  },
  async run({ args }) {
    const done = await atHost(args, async (host) => {
      const wanted = wantedOf(args, host);
      const all: Resumed[] = [];
      for (const offer of wanted) all.push(await resumed(host, offer, args));
      return all;
    });
    const failed = done.filter(({ error }) => error !== undefined);
    if (args.json) say(JSON.stringify({ resumed: done.filter(({ error }) => error === undefined), failed }));
    else if (done.length === 0) say('There is no session to resume.');
    else
      for (const one of done)
        if (one.error === undefined) say(`${one.name} is open again: ${one.id}\n  panel  ${one.panel}`);
    if (!args.json)
      for (const { name, id, error } of failed)
        process.stderr.write(
          `${printable(`continuo: ${name} (${id}) is not resumed: ${[error!.message, error!.hint].filter(Boolean).join(' ')}`)} [${error!.code}]\n`,
        );
    if (failed.length > 0) process.exitCode = 1;
  },
});

/** What is to be resumed: without a name, the only one. Throws SESSION_NOT_FOUND, OPTION_VALUE. */
function wantedOf(
  { session, all }: { readonly session?: string | undefined; readonly all: boolean },
  { offered }: HostClient,
): readonly SessionOffer[] {
  if (all && session !== undefined)
    throw new ContinuoError('OPTION_VALUE', 'A session and --all were given.', 'Leave one of them out.');
  if (session !== undefined) return [sessionMeant(session, offered, UNKNOWN)];
  if (all || offered.length <= 1) return offered;
  throw new ContinuoError(
    'OPTION_VALUE',
    `There are ${offered.length} sessions to resume: ${offered.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
    'Name one of them, or give --all.',
  );
}

const UNKNOWN = {
  what: 'that could be resumed',
  none: 'None was open before this host that is not open now.',
  some: 'There are',
};

async function resumed(
  host: HostClient,
  { id, name }: SessionOffer,
  { url, anew }: { readonly url: string; readonly anew: boolean },
): Promise<Resumed> {
  const one = { id, name, panel: panelOf(url, id) };
  try {
    await host.resumeSession(id, { anew });
    return one;
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    const { code, message, hint } = error;
    return { ...one, error: { code, message, ...(hint !== undefined && { hint }) } };
  }
}

export const dismiss = defineCommand({
  meta: {
    name: 'dismiss',
    description: 'Offer a session that was open no longer, or with --undo again. Its take is kept.',
  },
  args: {
    session: { ...OFFER, required: true },
    undo: { type: 'boolean', default: false, description: 'Undo that, by the id, for half a minute' },
    ...HOST_ARGS,
  },
  async run({ args }) {
    const { id, name, take } = await atHost(args, async (host) => {
      if (args.undo) {
        await host.restoreOffer(args.session);
        return sessionMeant(args.session, host.offered, UNKNOWN);
      }
      const offer = sessionMeant(args.session, host.offered, UNKNOWN);
      await host.dropOffer(offer.id);
      return offer;
    });
    if (args.json) say(JSON.stringify({ id, name, take }));
    else if (args.undo) say(`${name} is offered again.`);
    else
      say(
        `${name} is not offered any more${take === null ? '' : `; its take is ${take}`}.\n  undo: continuo sessions dismiss ${id} --undo`,
      );
  },
});

/** Names come from other users of the host, so they are made safe to print. */
function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}
