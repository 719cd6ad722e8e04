import type { Seconds } from '../music/units.js';
import type { OwnState } from '../plugin/own-state.js';
import type { LearntState } from './checkpoint.js';
import type { SessionEvent } from './events.js';

/** The largest state of a plugin, in characters of JSON. */
export const MOST_LEARNT = 256 * 1024;

/** The JSON of a value; undefined where it has none. */
export function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Saves and loads a plugin's own state. Failures are reported as PLUGIN_STATE, and the session goes on. */
export class Learning {
  /** The state before anything was learnt. */
  readonly #nothing: LearntState | undefined;
  #told = false;

  constructor(
    private readonly state: OwnState,
    private readonly emit: (event: SessionEvent) => void,
  ) {
    this.#nothing = this.#saved();
  }

  /** Loads a state; undefined, or one that cannot be loaded, begins from nothing. */
  begin(learnt: LearntState | undefined, time: Seconds): void {
    const { version } = this.state;
    if (learnt && learnt.version > version) {
      this.#trouble(
        time,
        `What the plugin had learnt has version ${learnt.version} of its form, and this code knows ${version} and earlier ones: it begins anew.`,
      );
      this.#load(this.#nothing);
    } else if (!this.#load(learnt ?? this.#nothing)) {
      this.#load(this.#nothing);
      this.#trouble(
        time,
        `What the plugin had learnt (version ${learnt?.version} of its form) cannot be loaded: it begins anew.`,
      );
    }
  }

  /** Saves the state; undefined where that is not possible, which is reported once. */
  save(time: Seconds): LearntState | undefined {
    const saved = this.#saved();
    if (saved === undefined && !this.#told) {
      this.#told = true;
      this.#trouble(
        time,
        `What the plugin learns is not kept: its state.save() should give data that JSON holds, ${MOST_LEARNT / 1024} kB at most.`,
      );
    }
    return saved;
  }

  #saved(): LearntState | undefined {
    const json = asJson(this.state.save());
    return json === undefined || json.length > MOST_LEARNT
      ? undefined
      : { version: this.state.version, json };
  }

  /** Returns whether the state could be loaded. */
  #load(learnt: LearntState | undefined): boolean {
    if (learnt === undefined) return true;
    try {
      this.state.load(JSON.parse(learnt.json), learnt.version);
      return true;
    } catch {
      return false;
    }
  }

  #trouble(time: Seconds, message: string): void {
    this.emit({ type: 'trouble', time, code: 'PLUGIN_STATE', message });
  }
}
