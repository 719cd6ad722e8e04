import { ContinuoError } from '../../errors.js';
import type { NetworkChoice, NetworkView } from '../../host/live/network/view.js';
import { HeldKeys } from '../../host/live/ports/held-keys.js';
import type {
  ComingDescription,
  Hands,
  PlayerEvent,
  PortsDescription,
  SessionBrief,
  SessionControl,
  SessionDescription,
  VoiceDescription,
} from '../../host/live/session-control.js';
import { Snapshots } from '../../host/live/snapshots/snapshots.js';
import { type Undoable, UndoStack } from '../../host/live/undo/undo-stack.js';
import type { Moment, SavedState } from '../../host/states/saved-state.js';
import type { SessionCommand } from '../../session/commands.js';
import type { SessionEvent } from '../../session/events.js';

/**
 * A test double of a session without an engine: it records what the server passes on and emits what a test tells it to. The test
 * sets its clock.
 */
export class MemorySession implements SessionControl {
  time = 0;
  title = '';
  readonly commands: SessionCommand[] = [];
  readonly played: PlayerEvent[] = [];
  readonly holds: boolean[] = [];
  readonly #held = new HeldKeys((event) => this.played.push(event));
  readonly networkListeners = new Set<(view: NetworkView) => void>();
  /** What was asked for by those listeners, in order. */
  readonly networkChoices: NetworkChoice[] = [];
  /** The moments that were recalled. */
  readonly recalled: (readonly [Moment, 'now' | 'phrase'])[] = [];
  /** What a state has to be of. */
  modelHash = 'f00d';
  readonly snapshots = new Snapshots({
    keep: async () => stateAt(this.time, this.modelHash),
    recall: (moment, when) => void this.recalled.push([moment, when]),
    requireFit: (state) => {
      if (state.members[0]!.modelHash !== this.modelHash)
        throw new ContinuoError('STATE_OTHER', `Other weights: ${state.members[0]!.modelHash}.`);
    },
    keepBeside: () => {},
    dropBeside: () => {},
  });
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  description: SessionDescription = {
    time: 0,
    phase: 'stopped',
    mode: 'answer',
    plugin: { id: 'piano', name: 'Piano' },
    model: { id: 'piano-pop', name: 'Pop' },
    plugins: [{ id: 'piano', name: 'Piano' }],
    models: [{ id: 'piano-pop', name: 'Pop' }],
    params: {
      plugin: {
        temperature: { type: 'float', label: 'Temperature', min: 0.1, max: 2, default: 1, step: 0.05 },
        lowest: { type: 'pitch', label: 'Lowest note', min: 21, max: 108, default: 48 },
      },
      session: {
        replySeconds: { type: 'int', label: 'Reply', min: 1, max: 30, default: 8, unit: 's' },
        bargeIn: {
          type: 'choice',
          label: 'When you play over it',
          choices: ['cut', 'note', 'beat'],
          default: 'cut',
        },
        speculate: { type: 'toggle', label: 'Think ahead', default: true },
      },
    },
    values: { temperature: 1, lowest: 48, replySeconds: 8, bargeIn: 'cut', speculate: true },
    ports: { inputs: ['Keys'], outputs: ['Synth'], input: null, output: null, unavailable: null },
  };

  now(): number {
    return this.time;
  }

  describe(): SessionDescription {
    return { ...this.description, time: this.time };
  }

  brief(): SessionBrief {
    const { plugin, model, mode, phase } = this.description;
    return { plugin, model, mode, phase, take: null };
  }

  voicesOf(member?: string): readonly VoiceDescription[] {
    const { voices = [], members = [] } = this.description;
    return member === undefined ? voices : (members.find(({ id }) => id === member)?.voices ?? []);
  }

  ports(): PortsDescription {
    return this.description.ports;
  }

  readonly gestures: (string | undefined)[] = [];

  command(command: SessionCommand, gesture?: string): void {
    this.commands.push(command);
    this.gestures.push(gesture);
    if (command.type === 'param') this.#stack.add({ label: command.id, undo() {}, redo() {} });
  }

  readonly #undoableWatchers = new Set<() => void>();
  readonly #stack = new UndoStack(
    () => this.time,
    () => {
      for (const watcher of this.#undoableWatchers) watcher();
    },
  );

  undo(): Promise<void> {
    return this.#stack.undo();
  }

  redo(): Promise<void> {
    return this.#stack.redo();
  }

  undoable(): Undoable {
    return this.#stack.undoable;
  }

  watchUndoable(changed: () => void): () => void {
    this.#undoableWatchers.add(changed);
    return () => this.#undoableWatchers.delete(changed);
  }

  hold(held: boolean): void {
    this.holds.push(held);
  }

  hands(): Hands {
    return this.#held.hands();
  }

  titled(title: string): void {
    this.title = title;
  }

  async connect(which: 'input' | 'output', name: string | null): Promise<void> {
    const { ports } = this.description;
    const names = which === 'input' ? ports.inputs : ports.outputs;
    if (name !== null && !names.includes(name))
      throw new ContinuoError(
        'PORT_NOT_FOUND',
        `There is no MIDI ${which} named "${name}".`,
        'npx continuo ports lists them.',
      );
    this.description = { ...this.description, ports: { ...ports, [which]: name } };
  }

  async load(choice: { plugin?: string; model?: string }): Promise<void> {
    const model = this.description.models.find(({ id }) => id === choice.model);
    if (model === undefined)
      throw new ContinuoError('MODEL_NOT_FOUND', `There is no model "${choice.model}".`);
    this.description = { ...this.description, model };
  }

  /** What is being loaded, as the test says. */
  comes: ComingDescription | null = null;
  readonly said: ('hurry' | 'cancel')[] = [];
  readonly #comingWatchers = new Set<() => void>();

  hurryLoad(): void {
    this.said.push('hurry');
  }

  cancelLoad(): void {
    this.said.push('cancel');
  }

  coming(): ComingDescription | null {
    return this.comes;
  }

  watchComing(changed: () => void): () => void {
    this.#comingWatchers.add(changed);
    return () => this.#comingWatchers.delete(changed);
  }

  /** Something is being loaded, or no more. */
  loads(comes: ComingDescription | null): void {
    this.comes = comes;
    for (const watcher of this.#comingWatchers) watcher();
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  watchNetwork(listener: (view: NetworkView) => void, choice: NetworkChoice = {}): () => void {
    if (choice.member === 'nobody') throw new ContinuoError('MEMBER_UNKNOWN', 'There is no member "nobody".');
    this.networkChoices.push(choice);
    this.networkListeners.add(listener);
    return () => this.networkListeners.delete(listener);
  }

  /** Another model plays without a `load`. */
  replace(id: string): void {
    this.description = { ...this.description, model: { id, name: id } };
    for (const watcher of this.#watchers) watcher();
  }

  /** Emits an event. */
  emit(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async close(): Promise<void> {}
}

/** How a session without an engine stands. */
function stateAt(time: number, modelHash: string): SavedState {
  const checkpoint = {
    ...{
      time,
      length: 1,
      branch: 0,
      stream: {} as SavedState['members'][0]['resumption']['checkpoint']['stream'],
    },
    ...{ state: null, logits: Float32Array.of(1, 2) },
  };
  return {
    ...{ date: '2026-01-01T00:00:00.000Z', time },
    setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
    members: [
      {
        ...{ id: 'lead', mode: 'answer', values: {}, pluginVersion: '1', modelHash, codec: 'c' },
        resumption: { checkpoint, branch: 0, tokens: Int32Array.of(0) },
      },
    ],
  };
}
