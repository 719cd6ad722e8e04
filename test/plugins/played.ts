import { setTimeout as sleep } from 'node:timers/promises';
import { LiveSession } from '../../dist/host/live/live-session.js';
import type { SessionEvent } from '../../dist/session/events.js';

export const wait = (seconds: number) => sleep(seconds * 1000);

export type Trouble = Extract<SessionEvent, { type: 'trouble' }>;

export const isTrouble = (event: SessionEvent): event is Trouble =>
  event.type === 'trouble' && event.code !== 'SESSION_PAUSED'; // a machine without time is none of its faults

/** A live session with a plugin, and all that it says. */
export class Played {
  readonly events: SessionEvent[] = [];

  private constructor(readonly session: LiveSession) {
    session.subscribe((event) => this.events.push(event));
  }

  /** `others`: the plugins of the further members of a band. */
  static async open(
    plugin: string,
    takes: string | null = null,
    others: readonly string[] = [],
  ): Promise<Played> {
    const setup = { plugin, model: null, engine: 'kernel', precision: 'int8', seed: 1 } as const;
    const members = others.map((plugin, index) => ({ plugin, model: null, id: `other-${index}`, seed: 2 }));
    return new Played(
      await LiveSession.open({ ...setup, mode: 'answer', takes, ...(others.length > 0 && { members }) }),
    );
  }

  async until(wanted: (event: SessionEvent) => boolean, seconds = 60): Promise<SessionEvent> {
    const from = this.events.length;
    for (let waited = 0; waited < seconds; waited += 0.02) {
      const found = this.events.slice(from).find(wanted);
      if (found) return found;
      await wait(0.02);
    }
    throw new Error(`it did not come: ${JSON.stringify(this.events.slice(from))}`);
  }

  /** Plays a note, and waits until it is answered with another. */
  async ask(pitch: number): Promise<void> {
    const hands = this.session.hands();
    const answered = this.until((event) => event.type === 'noteOn' && event.voice === 'model');
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await wait(0.1);
    hands.play({ type: 'noteOff', pitch });
    await answered;
    await this.until((event) => event.type === 'phase' && event.phase === 'waiting');
  }

  /** Strikes a key for a moment. */
  async strike(pitch: number): Promise<void> {
    const hands = this.session.hands();
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await wait(0.05);
    hands.play({ type: 'noteOff', pitch });
  }

  /** As {@link ask}, of one that may fail once more before it plays. */
  async askAgain(pitch: number): Promise<void> {
    const failed = this.until(isTrouble).catch(() => null);
    if ((await Promise.race([failed, this.ask(pitch).then(() => 'played')])) === 'played') return;
    await this.until((event) => event.type === 'phase' && event.phase === 'waiting');
    await this.ask(pitch);
  }

  /** Notes of the model that have begun and not ended, as a panel knows it. */
  get sounding(): number {
    const open = new Set<number>();
    for (const event of this.events) {
      if (event.type === 'noteOn' && event.voice === 'model') open.add(event.id);
      if (event.type === 'noteOff') open.delete(event.id);
      if (event.type === 'allOff') open.clear();
    }
    return open.size;
  }
}
