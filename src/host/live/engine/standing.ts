import type { ParamValue } from '../../../plugin/params.js';
import type { Resumption } from '../../../session/checkpoint.js';
import { LEAD, type Mode } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { Setup } from '../../models/open-host-performer.js';
import type { SavedMember, SavedState } from '../../states/saved-state.js';

/** What a member plays with: its states mean nothing elsewhere. */
export type MemberPlays = Pick<SavedMember, 'id' | 'pluginVersion' | 'modelHash' | 'codec'>;

interface Settings {
  mode: Mode;
  readonly values: Record<string, ParamValue>;
}

/** Follows mode and parameters of a session's members, to say how the session stands. */
export class Standing {
  readonly #settings = new Map<string, Settings>();

  constructor(
    private readonly setup: Setup,
    private readonly plays: readonly MemberPlays[],
  ) {}

  /** A member begins. */
  begin(id: string, { mode, values }: { readonly mode: Mode; readonly values: Settings['values'] }): void {
    this.#settings.set(id, { mode, values: { ...values } });
  }

  hear(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.type !== 'mode' && event.type !== 'param') continue;
      const settings = this.#settings.get(event.member ?? LEAD);
      if (settings === undefined) continue;
      if (event.type === 'mode') settings.mode = event.mode;
      else settings.values[event.id] = event.value;
    }
  }

  /**
   * How the session stands where its members stand at these checkpoints; null where the first one has none. A further member without one
   * begins from zero. `tokens`: whether the streams are in it.
   */
  state(
    resumptionOf: (id: string) => Resumption | null,
    { tokens }: { readonly tokens: boolean },
  ): SavedState | null {
    const members: SavedMember[] = [];
    for (const plays of this.plays) {
      const resumption = resumptionOf(plays.id);
      const settings = this.#settings.get(plays.id);
      if (resumption === null || settings === undefined) continue;
      // The start token stays.
      const told = tokens ? resumption : { ...resumption, tokens: resumption.tokens.slice(0, 1) };
      // As they were then, where that is known.
      const { mode, values } = resumption.checkpoint.turn ?? settings;
      members.push({ ...plays, mode, values: { ...values }, resumption: told });
    }
    const [first] = members;
    if (first?.id !== LEAD) return null;
    const { time } = first.resumption.checkpoint;
    return { date: new Date().toISOString(), setup: this.setup, time, members };
  }
}
