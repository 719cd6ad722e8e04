import { exhausted } from '../../../exhausted.js';
import type { ParamValues } from '../../../plugin/definition.js';
import type { LiveExtension } from '../../../plugin/live.js';
import { defaultValues, type ParamSpecs, type ParamValue } from '../../../plugin/params.js';
import { memberOf } from '../../../session/commands.js';
import { lengthAtRestart, streamOf, type TakeRecord } from '../../../session/take.js';
import type { NotationStart } from './notation-protocol.js';

/** The panel shows this many bars, the last ones. */
const SHOWN_BARS = 64;
/** Tunes kept of a session, the last ones: each change of key or meter starts another. */
const KEPT_TUNES = 100;

/** A session's music as ABC, written by the plugin from the records of the take. */
export class LiveNotation {
  #tokens: number[] = [];
  /** Parameters as set by the user, and as they apply to the current tune. */
  readonly #values: Record<string, ParamValue>;
  #held: ParamValues;
  readonly #finished: { readonly tokens: readonly number[]; readonly params: ParamValues }[] = [];

  constructor(
    private readonly write: NonNullable<LiveExtension['notation']>,
    private readonly specs: ParamSpecs,
    private readonly of: Pick<NotationStart, 'provenance' | 'member'>,
  ) {
    this.#values = defaultValues(specs);
    this.#held = { ...this.#values };
  }

  /** Takes in records. Returns whether the tokens have changed. */
  add(records: readonly TakeRecord[]): boolean {
    let changed = false;
    for (const record of records) changed = this.#take(record) || changed;
    return changed;
  }

  #take(record: TakeRecord): boolean {
    const { member } = this.of;
    const ofAll = record.type === 'restart' || record.type === 'command';
    if (!ofAll && streamOf(record) !== member) return false;
    switch (record.type) {
      case 'fed':
      case 'sampled':
        this.#tokens.push(...record.tokens);
        return true;
      case 'restart':
        this.#tokens.length = lengthAtRestart(record, member)! - 1;
        return true;
      case 'back':
      case 'rejoin':
        this.#tokens.length = record.length - 1; // the start token counts there
        return true;
      case 'zero':
        this.#keep();
        this.#tokens = [];
        this.#held = { ...this.#values };
        return true;
      case 'command': {
        const { command } = record;
        if (memberOf(command) !== member || command.type !== 'param' || this.specs[command.id] === undefined)
          return false;
        this.#values[command.id] = command.value;
        if (this.specs[command.id]!.restarts !== true)
          this.#held = { ...this.#held, [command.id]: command.value };
        return false;
      }
      case 'input':
      case 'clock':
      case 'dropped':
      case 'pause':
      case 'gap':
      case 'hold':
      case 'end':
        return false;
      default:
        exhausted(record);
        return false;
    }
  }

  #keep(): void {
    this.#finished.push({ tokens: this.#tokens, params: this.#held });
    if (this.#finished.length > KEPT_TUNES) this.#finished.shift();
  }

  /** The last bars of the current tune as ABC; empty where there is none. `unfinishedBar`: include the unfinished bar. */
  shown(unfinishedBar: boolean): string {
    return this.write(this.#tokens, this.#held, { unfinishedBar, bars: SHOWN_BARS }) ?? '';
  }

  /** All tunes of the session as ABC, to the last note; empty where there is none. */
  book(): string {
    const tunes: string[] = [];
    for (const { tokens, params } of [...this.#finished, { tokens: this.#tokens, params: this.#held }]) {
      const abc = this.write(tokens, params, {
        unfinishedBar: true,
        number: tunes.length + 1,
        provenance: this.of.provenance,
      });
      if (abc !== null) tunes.push(abc);
    }
    return tunes.join('\n');
  }
}
