import type { LiveOptions, LiveSession } from '../../host/live/live-session.js';
import { watchModel } from '../../host/models/watch-model.js';
import type { Offers } from '../../host/sessions/kept/offers.js';
import { resumesLive } from '../../host/sessions/kept/resume-live.js';
import type { SessionKeeper } from '../../host/sessions/kept/session-keeper.js';
import { offeredPlugins, openLike } from '../../host/sessions/open-live.js';
import { Sessions } from '../../host/sessions/sessions.js';
import type { ResumableTakes } from '../../host/takes/library/control.js';
import { printable } from '../printable.js';
import { sayNotices } from '../say-notices.js';
import { sayRecording, takeLine } from './recording-notice.js';

/** The sessions of a host that a terminal watches: what happens to each is printed. */
export class HostSessions {
  readonly directory: Sessions<LiveSession>;
  /** The sessions of hosts before this one. */
  readonly offers: Offers;
  readonly #open = new Map<string, { readonly session: LiveSession; readonly unwatch: () => void }>();
  readonly #keeper: SessionKeeper;
  #closing = false;

  /** `options`: how the host was started; `says.watch`: print every notice, not only those about ports and channels. */
  constructor(
    options: LiveOptions,
    kept: { readonly keeper: SessionKeeper; readonly takes: ResumableTakes; readonly most: number },
    private readonly says: { readonly watch: boolean },
  ) {
    const { keeper, takes, most } = kept;
    this.#keeper = keeper;
    this.offers = keeper.offers;
    this.directory = new Sessions<LiveSession>({
      open: (choice) => openLike(options, choice, { takes, sessionOf: (id) => this.directory.get(id) }),
      most,
      offers: resumesLive({ keeper, takes, options: shared(options) }),
      room: () => options.resources?.pool.room ?? Number.POSITIVE_INFINITY,
      plugins: () => offeredPlugins(options.plugin),
    });
    this.directory.subscribe(({ what, id }) => {
      if (what === 'opened') this.#opened(id);
      else if (what === 'gone' || what === 'moved') this.#gone(id, what);
    });
    keeper.follow(this.directory);
  }

  /** The session that was opened first, of those that are open. */
  get first(): LiveSession | undefined {
    const { first } = this.directory;
    return first === undefined ? undefined : this.directory.get(first);
  }

  #opened(id: string): void {
    const session = this.directory.get(id);
    sayRecording(session);
    sayNotices(session, this.says.watch);
    this.#open.set(id, { session, unwatch: watchModel(session, tellOfWeights(session)) });
  }

  #gone(id: string, what: 'gone' | 'moved'): void {
    const { session, unwatch } = this.#open.get(id)!;
    unwatch();
    if (this.#closing) return;
    this.#open.delete(id);
    const line = takeLine(session);
    const said = what === 'gone' ? 'A session was closed.' : 'A session went to another host.';
    if (line !== '') process.stdout.write(`${said} ${line}`);
  }

  /** Closes all sessions, and prints where their takes are. */
  async close(): Promise<void> {
    this.#closing = true;
    // They are kept as they are now: none is closed on purpose.
    const kept = this.#keeper.close();
    await Promise.all([kept, this.directory.closeAll()]);
    const lines = [...this.#open.values()].map(({ session }) => takeLine(session)).join('');
    if (lines !== '' || process.stdout.isTTY) process.stdout.write(`\n${lines}`);
  }
}

/** What the sessions of a host share, whoever opens them. */
function shared({ takes, resources }: LiveOptions): Pick<LiveOptions, 'takes' | 'resources'> {
  return { takes, ...(resources !== undefined && { resources }) };
}

function tellOfWeights(session: LiveSession): Parameters<typeof watchModel>[1] {
  return {
    reloaded() {
      process.stdout.write(
        `New weights of ${printable(session.brief().model.name)}: the network listens afresh.\n`,
      );
    },
    failed: (error) =>
      process.stderr.write(
        `continuo: the session keeps its weights, because the new ones do not load: ${(error as Error).message}\n`,
      ),
  };
}
