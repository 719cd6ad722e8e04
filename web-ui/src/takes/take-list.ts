import type { HostClient } from '../../../src/client/host-client.js';
import type { Note } from '../../../src/music/note.js';
import { applyPedal } from '../../../src/music/pedal.js';
import type { Seconds } from '../../../src/music/units.js';
import type { RenderedPart } from '../../../src/synth/render.js';
import { timbreOfVoice } from '../../../src/synth/timbre.js';
import type { Trouble } from '../app/trouble-words.js';

/** What the list needs of its host. */
export type TakesHost = Pick<
  HostClient,
  'on' | 'listTakes' | 'showTake' | 'takePage' | 'renameTake' | 'deleteTake' | 'restoreTake'
>;
export type ListedTake = Awaited<ReturnType<TakesHost['listTakes']>>['takes'][number];
type ShownTake = Awaited<ReturnType<TakesHost['showTake']>>;
type TakePage = Awaited<ReturnType<TakesHost['takePage']>>;

/** A take with all of its music, from its first note on. */
export interface OpenTake {
  readonly id: string;
  readonly shown: ShownTake;
  /** In order of their beginnings. */
  readonly parts: readonly RenderedPart[];
  readonly length: Seconds;
}

/** For how long the deletion of a take is offered to be undone, in seconds; after that it is found in the trash. */
const UNDO: Seconds = 15;

/** The takes of the host: the list, the one that is open, and what was just deleted. */
export class TakeList {
  takes: readonly ListedTake[] = [];
  more = false;
  /** Whether the trash is shown instead. */
  trash = false;
  /** Whether the list is known. */
  known = false;
  open: OpenTake | undefined;
  /** The id of the take whose music is being fetched. */
  opening: string | undefined;
  deleted: ListedTake | undefined;
  trouble: Trouble | undefined;
  #visible = false;
  #forget = () => {};
  #asked = 0;
  readonly #watchers = new Set<() => void>();

  constructor(
    private readonly host: TakesHost,
    /** Calls back once; returns a function that cancels it. */
    private readonly after: (seconds: number, callback: () => void) => () => void,
  ) {
    const again = () => {
      if (this.#visible) void this.refresh();
    };
    host.on('welcome', again);
    host.on('takesChanged', again);
    host.on('lost', () => {
      this.opening = undefined;
      this.changed();
    });
  }

  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** The list is in sight, or not: only then it is kept up to date. */
  see(visible: boolean): void {
    this.#visible = visible;
    if (visible) void this.refresh();
  }

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    await this.#do(async () => {
      const { takes, more } = await this.host.listTakes({ deleted: this.trash });
      // A later question has another answer.
      if (asked !== this.#asked) return;
      Object.assign(this, { takes, more, known: true });
    });
  }

  async earlier(): Promise<void> {
    const before = this.takes.at(-1)?.id;
    if (before === undefined) return;
    await this.#do(async () => {
      const { takes, more } = await this.host.listTakes({ deleted: this.trash, before });
      this.takes = [...this.takes, ...takes];
      this.more = more;
    });
  }

  async seeTrash(trash: boolean): Promise<void> {
    Object.assign(this, { trash, takes: [], known: false, open: undefined });
    this.changed();
    await this.refresh();
  }

  /** Fetches a take with its music, unless it is open. */
  async openTake(id: string): Promise<OpenTake | undefined> {
    const writing = this.takes.find((take) => take.id === id)?.writing === true;
    if (this.open?.id === id && !writing) return this.open;
    this.opening = id;
    this.changed();
    await this.#do(async () => {
      const shown = await this.host.showTake(id);
      const pages: TakePage[] = [];
      for (
        let from: number | null = shown.from;
        from !== null && this.opening === id;
        from = pages.at(-1)!.next
      )
        pages.push(await this.host.takePage(id, from));
      if (this.opening === id) this.open = opened(id, shown, pages);
    });
    if (this.opening === id) this.opening = undefined;
    this.changed();
    return this.open?.id === id ? this.open : undefined;
  }

  close(): void {
    this.open = undefined;
    this.opening = undefined;
    this.changed();
  }

  async rename(id: string, name: string): Promise<boolean> {
    return await this.#do(async () => {
      await this.host.renameTake(id, name);
      this.takes = this.takes.map((take) => (take.id === id ? { ...take, name: name.trim() } : take));
    });
  }

  async delete(take: ListedTake): Promise<void> {
    await this.#do(async () => {
      await this.host.deleteTake(take.id);
      this.takes = this.takes.filter(({ id }) => id !== take.id);
      if (this.open?.id === take.id) this.open = undefined;
      this.deleted = take;
      this.#forget();
      this.#forget = this.after(UNDO, () => {
        this.deleted = undefined;
        this.changed();
      });
    });
  }

  /** Brings back a take, the one that was deleted last where none is named. */
  async restore(id = this.deleted?.id): Promise<void> {
    if (id === undefined) return;
    await this.#do(async () => {
      await this.host.restoreTake(id);
      if (this.deleted?.id === id) this.deleted = undefined;
    });
    await this.refresh();
  }

  dismissTrouble(): void {
    this.trouble = undefined;
    this.changed();
  }

  /** Returns whether it was done; else why not is the trouble. */
  async #do(work: () => Promise<void>): Promise<boolean> {
    this.trouble = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      const { code = 'DEFECT', message, hint } = error as { code?: string; message: string; hint?: string };
      // The host tells of its loss elsewhere.
      if (code !== 'CONNECTION_LOST') this.trouble = { code, message, ...(hint !== undefined && { hint }) };
      return false;
    } finally {
      this.changed();
    }
  }
}

/** Puts the pages together: notes as they sound, with what the pedal holds. */
function opened(id: string, shown: ShownTake, pages: readonly TakePage[]): OpenTake {
  const parts = shown.parts.map(({ voice, channel, program }, index): RenderedPart => {
    const of = <T extends { readonly part: number }>(all: readonly T[]) =>
      all.filter(({ part }) => part === index);
    const notes = pages
      .flatMap((page) => of(page.notes))
      .map(
        ({ part: _, ...note }): Note => ({
          ...note,
          start: note.start - shown.from,
          end: note.end - shown.from,
        }),
      );
    const pedal = pages
      .flatMap((page) => of(page.pedal))
      .map(({ time, down }) => ({ time: time - shown.from, down }));
    const instrument = { channel, ...(program !== undefined && { program }) };
    return {
      voice,
      timbre: voice === 'player' ? 'piano' : timbreOfVoice(instrument),
      notes: applyPedal({ notes, pedal }),
    };
  });
  return { id, shown, parts, length: Math.max(0, shown.until - shown.from) };
}
