import { exhausted } from '../../../src/exhausted.js';
import type { Seconds } from '../../../src/music/units.js';
import type { Hands } from '../keyboard/hands.js';
import { readMidi } from './midi-message.js';

export type MidiState =
  | { readonly type: 'absent' }
  | { readonly type: 'idle' }
  | { readonly type: 'asking' }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'ready'; readonly names: readonly string[] };

/** MIDI keyboards of this browser. Access is requested only on a click, since the browser then asks the user. */
export class BrowserMidi {
  state: MidiState = 'requestMIDIAccess' in navigator ? { type: 'idle' } : { type: 'absent' };
  readonly #watchers = new Set<() => void>();
  readonly #listening = new Map<string, MIDIInput>();

  constructor(readonly hands: Hands) {}

  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  async request(): Promise<void> {
    this.#become({ type: 'asking' });
    try {
      const access = await navigator.requestMIDIAccess();
      access.addEventListener('statechange', () => this.#listen(access));
      this.#listen(access);
    } catch (error) {
      this.#become({ type: 'refused', reason: reasonOf(error) });
    }
  }

  #listen(access: MIDIAccess): void {
    for (const [id, input] of this.#listening) {
      if (access.inputs.get(id)?.state === 'connected') continue;
      input.onmidimessage = null;
      this.#listening.delete(id);
      // An unplugged keyboard releases its keys.
      this.hands.letGo((source) => source.startsWith(`midi ${id} `));
    }
    for (const [id, input] of access.inputs) {
      if (input.state !== 'connected' || this.#listening.has(id)) continue;
      this.#listening.set(id, input);
      input.onmidimessage = ({ data, timeStamp }) =>
        this.#heard(id, data ?? new Uint8Array(), timeStamp / 1000);
    }
    this.#become({
      type: 'ready',
      names: [...this.#listening.values()].map(({ name }) => name ?? 'a keyboard'),
    });
  }

  #heard(id: string, data: Uint8Array, at: Seconds): void {
    const event = readMidi(data);
    if (event === undefined) return;
    switch (event.type) {
      case 'noteOn':
        this.hands.press(`midi ${id} ${event.pitch}`, event.pitch, event.velocity, at);
        break;
      case 'noteOff':
        this.hands.release(`midi ${id} ${event.pitch}`, at);
        break;
      case 'pedal':
        this.hands.pedal(`midi ${id} pedal`, event.down, at);
        break;
      case 'allOff':
        this.hands.letGo((source) => source.startsWith(`midi ${id} `));
        break;
      default:
        exhausted(event);
    }
  }

  #become(state: MidiState): void {
    this.state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

/** The error's message without a full stop, as part of a sentence. */
function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
