import type { PieceControl } from '../host/compose/control.js';
import type { SessionDirectory, SessionsChange } from '../host/sessions/control.js';
import { Hub } from './hub.js';
import type { ClusterWords } from './proxy/cluster-words.js';

/** The hubs of a host's sessions, one each: made when a session opens, and gone with it. */
export class Hubs {
  readonly #hubs = new Map<string, Hub>();
  readonly #unsubscribe: () => void;

  constructor(
    private readonly sessions: SessionDirectory,
    private readonly pieces: PieceControl,
    private readonly defect: (error: unknown) => void,
    private readonly words: ClusterWords,
  ) {
    for (const { id, host } of sessions.list()) if (host === undefined) this.#add(id);
    const stops = [
      sessions.subscribe((change) => this.#follow(change)),
      words.watch((text) => {
        for (const hub of this.#hubs.values()) hub.tellText(text);
      }),
    ];
    this.#unsubscribe = () => {
      for (const stop of stops) stop();
    };
  }

  #add(id: string): void {
    const { sessions } = this;
    const hub = new Hub(sessions.get(id), this.pieces, this.defect, {
      attend: () => sessions.attend(id),
      changed: () => sessions.touched(id),
      cluster: () => (sessions.cluster === undefined ? {} : { ...this.words.welcome, session: id }),
      earlier: () => sessions.earlier?.(id),
    });
    this.#hubs.set(id, hub);
  }

  #follow({ what, id }: SessionsChange): void {
    // Of a session that another host has, the directory alone tells.
    if (this.sessions.cluster?.elsewhere(id) !== undefined && what !== 'moved') return;
    if (what === 'opened') this.#add(id);
    // A closed session may be reopened: the music so far stays in its hub.
    else if (what === 'closed') this.#hubs.get(id)?.dismiss();
    else if (what === 'moved') {
      this.#hubs.get(id)?.moved();
      this.#hubs.delete(id);
    } else if (what === 'gone') {
      this.#hubs.get(id)?.close();
      this.#hubs.delete(id);
    }
  }

  /** The hub of an open session; of the first open one where `id` is undefined. Throws SESSION_NOT_FOUND. */
  of(id: string | undefined): Hub {
    const { sessions } = this;
    const wanted = id ?? sessions.first ?? 'session';
    sessions.get(wanted);
    return this.#hubs.get(wanted)!;
  }

  sweep(): void {
    for (const hub of this.#hubs.values()) hub.sweep();
  }

  tick(): void {
    for (const hub of this.#hubs.values()) hub.tick();
  }

  close(): void {
    this.#unsubscribe();
    for (const hub of this.#hubs.values()) hub.close();
  }
}
