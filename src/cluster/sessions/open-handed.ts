import type { LiveOptions } from '../../host/live/live-session.js';
import { LiveSession } from '../../host/live/live-session.js';
import { type SessionSetup, sessionSetup } from '../../host/live/session-setup.js';
import { listModels, NO_MODEL } from '../../host/models/models.js';
import { livePlugins } from '../../host/plugins/live-plugins.js';
import type { SessionEntry } from '../../host/sessions/control.js';
import { endOf, type ResumeFrom } from '../../host/states/saved-state.js';
import type { Handed } from '../broker/control.js';
import { unpackRecords, unpackState } from './handed-form.js';

/** Why this host cannot have a session, for `continuo hosts`; null: it can, as far as its entry says. */
export async function whyNotHere({ plugin, model }: SessionEntry, first: string): Promise<string | null> {
  const plugins = await livePlugins(first);
  if (!plugins.some(({ descriptor }) => descriptor.id === plugin.id))
    return `the plugin ${plugin.id} is not installed here`;
  if (model.id === NO_MODEL.id || listModels().some(({ id }) => id === model.id)) return null;
  return `the model ${model.id} is not here`;
}

/** A session that was claimed, open again, and what it had. */
export interface Opened {
  readonly session: LiveSession;
  readonly ports: SessionSetup['ports'];
}

/** What the broker has of a session, and its take where this host has that. */
interface HandedHere extends Handed {
  readonly own: ResumeFrom | null;
}

/**
 * Opens a session from what the broker has of it: it goes on where its last host stood, as far as that was told; or from that host's
 * take, where that is here and goes further. Throws STATE_BROKEN, STATE_OTHER, PLUGIN_UNKNOWN, MODEL_NOT_FOUND and what loading throws.
 */
export async function openHanded(
  handed: HandedHere,
  { id, take }: SessionEntry,
  base: Pick<LiveOptions, 'takes' | 'resources' | 'permit'>,
): Promise<Opened> {
  const was = sessionSetup.parse(JSON.parse(handed.setup)) as SessionSetup;
  const { setup, channel, members, ports } = was;
  const resume = further(await resumeFrom(handed, { id, take }), handed.own);
  const session = await LiveSession.open({
    ...{ ...base, ...(resume?.state.setup ?? setup), channel, mode: members[0]!.mode },
    ...(resume && { resume }),
  });
  // What a state and its tail have, the session has from there.
  if (resume === null) session.setUpAs(was);
  return { session, ports };
}

/** Both have the times of one session. */
function further(told: ResumeFrom | null, own: ResumeFrom | null): ResumeFrom | null {
  if (told === null || own === null) return told ?? own;
  return endOf(own) > endOf(told) ? own : told;
}

async function resumeFrom(
  { state, tail }: Handed,
  { id, take }: Pick<SessionEntry, 'id' | 'take'>,
): Promise<ResumeFrom | null> {
  if (state === null) return null;
  const [saved, records] = [await unpackState(state, id), unpackRecords(tail, id)];
  const until = endOf({ state: saved, take, tail: { records, until: saved.time } });
  return { state: saved, take, tail: { records, until } };
}
