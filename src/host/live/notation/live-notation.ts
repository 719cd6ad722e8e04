import type { ParamValues } from '../../../plugin/definition.js';
import type { LiveExtension } from '../../../plugin/live.js';
import { defaultValues, type ParamSpecs, type ParamValue } from '../../../plugin/params.js';
import type { TakeRecord } from '../../../session/take.js';

/** The panel is sent so many bars, the last ones. */
const SHOWN_BARS = 64;
/** Tunes of a session that are kept, the last ones: each change of key or meter begins another. */
const KEPT_TUNES = 100;

/** A session's music as ABC, by the plugin's own hand, from what its take records. */
export class LiveNotation {
  #tokens: number[] = [];
  /** Parameters as the user has set them, and as they hold for the tune under way. */
  readonly #values: Record<string, ParamValue>;
  #held: ParamValues;
  readonly #finished: { readonly tokens: readonly number[]; readonly params: ParamValues }[] = [];

  constructor(
    private readonly write: NonNullable<LiveExtension['notation']>,
    private readonly specs: ParamSpecs,
    /** How the music is made, for the book. */
    private readonly making: string,
  ) {
    this.#values = defaultValues(specs);
    this.#held = { ...this.#values };
  }

  /** Returns whether the tokens have changed. */
  add(records: readonly TakeRecord[]): boolean {
    let changed = false;
    for (const record of records) changed = this.#take(record) || changed;
    return changed;
  }

  #take(record: TakeRecord): boolean {
    switch (record.type) {
      case 'fed':
      case 'sampled':
        this.#tokens.push(...record.tokens);
        return true;
      case 'back':
      case 'restart':
        this.#tokens.length = record.length - 1; // the start token counts there
        return true;
      case 'zero':
        this.#keep();
        this.#tokens = [];
        this.#held = { ...this.#values };
        return true;
      case 'command': {
        const { command } = record;
        if (command.type !== 'param' || this.specs[command.id] === undefined) return false;
        this.#values[command.id] = command.value;
        if (this.specs[command.id]!.restarts !== true)
          this.#held = { ...this.#held, [command.id]: command.value };
        return false;
      }
      default:
        return false;
    }
  }

  #keep(): void {
    this.#finished.push({ tokens: this.#tokens, params: this.#held });
    if (this.#finished.length > KEPT_TUNES) this.#finished.shift();
  }

  /** The last bars of the tune so far; empty where there is none. `whole`: the bar under way too. */
  shown(whole: boolean): string {
    return this.write(this.#tokens, this.#held, { whole, bars: SHOWN_BARS }) ?? '';
  }

  /** All tunes of the session, to the last note; empty where there is none. */
  book(): string {
    const tunes: string[] = [];
    for (const { tokens, params } of [...this.#finished, { tokens: this.#tokens, params: this.#held }]) {
      const abc = this.write(tokens, params, {
        whole: true,
        number: tunes.length + 1,
        making: this.making,
      });
      if (abc !== null) tunes.push(abc);
    }
    return tunes.join('\n');
  }
}
