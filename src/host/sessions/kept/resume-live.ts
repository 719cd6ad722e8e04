import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import { type LiveOptions, LiveSession, RESUME_GAP } from '../../live/live-session.js';
import { type ResumeFrom, readState } from '../../states/saved-state.js';
import type { ResumableTakes } from '../../takes/library/control.js';
import type { EarlierMusic } from '../control.js';
import type { OfferSource, Resumed } from '../sessions.js';
import type { OfferedSession } from './kept-session.js';
import type { SessionKeeper } from './session-keeper.js';

interface ResumeParts {
  readonly keeper: SessionKeeper;
  /** The takes of the host. */
  readonly takes: ResumableTakes;
  /** How the host was started: where takes go, and what sessions share. */
  readonly options: Pick<LiveOptions, 'takes' | 'resources'>;
}

/** Resumes the sessions that a keeper offers. */
export function resumesLive({ keeper, takes, options }: ResumeParts): OfferSource<LiveSession> {
  const { offers } = keeper;
  return {
    list: () => offers.list(),
    async open(id, anew) {
      const offer = offers.get(id);
      if (offer === undefined)
        throw new ContinuoError(
          'SESSION_NOT_FOUND',
          `The session ${JSON.stringify(id)} is not offered any more.`,
        );
      const from = anew ? undefined : await goesOnFrom(offer, { keeper, takes });
      return resumed(offer, from, { takes, options });
    },
    take: (id) => offers.take(id),
    drop: (id) => offers.drop(id),
    restore: (id) => offers.restore(id),
    connect: (session, which, port) => session.connectAgain(which, port),
    watch: (changed) => keeper.watchOffers(changed),
  };
}

/** What an offered session goes on from; undefined: from zero. Throws what reading that throws. */
async function goesOnFrom(
  { id, take, from }: OfferedSession,
  { keeper, takes }: Pick<ResumeParts, 'keeper' | 'takes'>,
): Promise<ResumeFrom | undefined> {
  if (take === null && from?.state) return { state: await readState(keeper.stateOf(id)), take: from.take };
  const last = take ?? from?.take ?? null;
  return last === null ? undefined : takes.stateOf(last);
}

async function resumed(
  { id, name, openedAt, setup, take }: OfferedSession,
  resume: ResumeFrom | undefined,
  { takes, options }: Omit<ResumeParts, 'keeper'>,
): Promise<Resumed<LiveSession>> {
  const [first] = setup.members;
  const session = await LiveSession.open({
    ...options,
    // A fork draws other random numbers than what it goes on from.
    ...(resume?.tail ? resume.state.setup : setup.setup),
    mode: resume?.state.members[0]?.mode ?? first!.mode,
    ...{ channel: setup.channel, resume },
  });
  try {
    // A take has all that was set, and has it at once.
    if (resume === undefined || take === null) await session.setUpAs(setup);
  } catch (error) {
    await session.close();
    throw error;
  }
  const earlier = resume && earlierOf(resume, takes);
  return { session, id, name, openedAt, ports: setup.ports, ...(earlier && { earlier }) };
}

/** Reads what was played before a session goes on; undefined where there is no take of it. */
export function earlierOf(
  { state, take, tail }: ResumeFrom,
  takes: ResumableTakes,
): (() => Promise<EarlierMusic>) | undefined {
  if (take === null) return undefined;
  // With a tail the session plays again what came after its state.
  const until: Seconds = tail === undefined ? state.time + RESUME_GAP : state.time;
  return () => takes.earlier(take, until);
}
