import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { randomSource } from '../../model/keras-init.js';
import { PROTOCOL_VERSION, type ServerMessage } from '../../protocol/session-protocol.js';
import type { SessionEvent } from '../../session/events.js';
import type { SessionLateness } from './punctuality.js';

type Health = Extract<SessionEvent, { type: 'health' }>;

/** What a player has heard of its session since the last time that it was asked. */
export interface Heard {
  /** Notes of the model, and replies that were over. */
  readonly notes: number;
  readonly replies: number;
  /** Notes that were dropped since the session began; null where it did not say. */
  readonly dropped: number | null;
  readonly lateness: SessionLateness;
}

interface Hearing {
  notes: number;
  replies: number;
  dropped: number | null;
  /** In seconds. */
  readonly late: number[];
  readonly lateAtOnce: number[];
}

const nothing = (): Hearing => ({ notes: 0, replies: 0, dropped: null, late: [], lateAtOnce: [] });

/** The major scale, from which phrases are made. */
const SCALE = [0, 2, 4, 5, 7, 9, 11];
/** Seconds after which a reply is waited for no longer. */
const PATIENCE = 40;

/** Plays phrases into one session over its WebSocket, waits for each reply to end, and plays the next. */
export class Player {
  readonly #random: () => number;
  #heard = nothing();
  #phase: (phase: string) => void = () => {};
  #plays = true;
  readonly #over: Promise<void>;

  private constructor(
    private readonly socket: WebSocket,
    seed: number,
  ) {
    this.#random = randomSource(seed);
    socket.on('message', (data) => this.#hear(JSON.parse(String(data)) as ServerMessage));
    this.#over = this.#play();
  }

  static async begin(url: string, seed: number): Promise<Player> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION }));
    socket.send(JSON.stringify({ type: 'command', command: { type: 'start' } }));
    return new Player(socket, seed);
  }

  #hear(message: ServerMessage): void {
    if (message.type !== 'event') return;
    const { event } = message;
    if (event.type === 'noteOn' && event.voice === 'model') this.#heard.notes++;
    else if (event.type === 'health') this.#hearHealth(event);
    else if (event.type === 'phase') this.#phase(event.phase);
  }

  #hearHealth({ dropped, notes, atOnce }: Health): void {
    this.#heard.dropped = dropped;
    this.#heard.late.push(...notes);
    this.#heard.lateAtOnce.push(...atOnce);
  }

  async #play(): Promise<void> {
    // Not all at once: people do not begin together.
    await setTimeout(4000 * this.#random());
    while (this.#plays) {
      const reply = this.#reply();
      await this.#phrase();
      if (await reply) this.#heard.replies++;
      await setTimeout(300 + 1200 * this.#random());
    }
  }

  /** A phrase of six to twelve notes, four to eight a second, by steps and small leaps. */
  async #phrase(): Promise<void> {
    let step = 28 + Math.floor(14 * this.#random());
    for (let notes = 6 + Math.floor(7 * this.#random()); notes > 0 && this.#plays; notes--) {
      step += Math.round(6 * this.#random() - 3);
      const pitch = 12 * Math.floor(step / 7) + SCALE[((step % 7) + 7) % 7]!;
      const length = 125 + 125 * this.#random();
      this.#say({ type: 'noteOn', pitch, velocity: 50 + Math.floor(50 * this.#random()) });
      await setTimeout(0.8 * length);
      this.#say({ type: 'noteOff', pitch });
      await setTimeout(0.2 * length);
    }
  }

  /** Whether the model plays and ends its turn before long. */
  #reply(): Promise<boolean> {
    return new Promise((resolve) => {
      const end = globalThis.setTimeout(resolve, 1000 * PATIENCE, false);
      let playing = false;
      this.#phase = (phase) => {
        playing ||= phase === 'playing';
        if (!playing || phase !== 'waiting') return;
        clearTimeout(end);
        resolve(true);
      };
    });
  }

  #say(event: Record<string, unknown>): void {
    this.socket.send(JSON.stringify({ type: 'play', event }));
  }

  /** What was heard since the last call. */
  heard(): Heard {
    const { notes, replies, dropped, late, lateAtOnce } = this.#heard;
    this.#heard = nothing();
    const milliseconds = (seconds: readonly number[]) => seconds.map((time) => 1000 * time);
    const lateness = { notes: milliseconds(late), handOvers: milliseconds(lateAtOnce) };
    return { notes, replies, dropped, lateness };
  }

  async end(): Promise<void> {
    this.#plays = false;
    this.socket.close();
    this.#phase('playing');
    this.#phase('waiting');
    await this.#over;
  }
}
