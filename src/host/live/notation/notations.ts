import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { NotationLink } from './notation-link.js';

/** The notations of a session, of each member whose plugin writes one; undefined is the first member. */
export class Notations {
  constructor(private readonly links: ReadonlyMap<string | undefined, NotationLink> = new Map()) {}

  hear(time: Seconds, events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    for (const link of this.links.values()) link.hear(time, events, records);
  }

  /** A member's music so far as ABC; undefined where its plugin writes none. */
  told(member?: string): string | undefined {
    return this.links.get(member)?.told;
  }

  /** Ends them. Resolves with all tunes of each as ABC, by the name of their file. */
  async close(): Promise<Record<string, string>> {
    const books: Record<string, string> = {};
    const closing = [...this.links].map(async ([member, link]) => {
      const book = await link.close();
      if (book) books[member === undefined ? 'tune.abc' : `tune-${member}.abc`] = book;
    });
    await Promise.all(closing);
    return books;
  }
}
