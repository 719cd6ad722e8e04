import { ContinuoError } from '../../errors.js';
import type { ParamSpecs } from '../../plugin/params.js';
import { MOST_MEMBERS } from '../../session/band-size.js';
import { LEAD, type Mode } from '../../session/commands.js';
import type { SessionEvent } from '../../session/events.js';
import { chosenModel } from '../models/chosen-model.js';
import { findModel, type ModelFolder, modelName, NO_MODEL } from '../models/models.js';
import type { MemberSetup } from '../models/open-host-performer.js';
import type { FoundPlugin } from '../plugins/plugins.js';
import { type ChosenMember, memberParamsOf } from './engine/playing-engine.js';
import type { MemberDescription } from './session-control.js';
import type { UserSettings } from './user-settings.js';

/** A member that was asked for. */
export interface AskedMember {
  readonly plugin: FoundPlugin;
  readonly model?: string | undefined;
  readonly mode?: Mode | undefined;
}

/** Seeds of the members lie so far apart: two of the same plugin and model should not play the same. */
const SEEDS_APART = 7919;

/**
 * What the further members of a band are opened with; undefined where there are none. Their ids are those of their plugins, numbered
 * from the second of a kind on; `first` is the id of the first member's plugin, which counts. Throws CODEC_UNKNOWN, MODEL_NOT_FOUND, OPTION_VALUE for too many.
 */
export function memberSetups(
  asked: readonly AskedMember[],
  { first, seed }: { readonly first: string; readonly seed: number },
): readonly MemberSetup[] | undefined {
  if (asked.length === 0) return undefined;
  if (asked.length >= MOST_MEMBERS)
    throw new ContinuoError(
      'OPTION_VALUE',
      `A band has ${MOST_MEMBERS} members at most, you and the ports aside; ${asked.length + 1} were asked for.`,
    );
  const count = new Map<string, number>([
    [LEAD, 1],
    [first, 1],
  ]);
  return asked.map(({ plugin: { ref, descriptor }, model, mode }, index) => {
    if (!descriptor.extensions.includes('live')) throw notLive(descriptor.id);
    const best = chosenModel(descriptor, model);
    if (best !== null) findModel(best);
    const number = (count.get(descriptor.id) ?? 0) + 1;
    count.set(descriptor.id, number);
    return {
      id: number === 1 ? descriptor.id : `${descriptor.id}-${number}`,
      ...{ plugin: ref, model: best, seed: (seed + SEEDS_APART * (index + 1)) % Number.MAX_SAFE_INTEGER },
      ...(mode !== undefined && { mode }),
    };
  });
}

/** The error for a plugin that does not play live. */
export function notLive(plugin: string): ContinuoError {
  return new ContinuoError(
    'CODEC_UNKNOWN',
    `The plugin ${plugin} does not play live.`,
    'continuo plugin list says which plugins do.',
  );
}

/** The error for a plugin that is not offered. */
export function unknownPlugin(plugin: string, offered: readonly FoundPlugin[]): ContinuoError {
  return new ContinuoError(
    'PLUGIN_UNKNOWN',
    `There is no plugin ${JSON.stringify(plugin)} that plays live here; there are ${offered.map(({ descriptor }) => descriptor.id).join(', ')}.`,
  );
}

/** Throws MEMBER_UNKNOWN where there is no member of this id. */
export function requireMember(id: string, others: readonly ChosenMember[]): void {
  if (id === LEAD || others.some((other) => other.id === id)) return;
  throw new ContinuoError(
    'MEMBER_UNKNOWN',
    `There is no member ${JSON.stringify(id)} here; there are ${[LEAD, ...others.map((other) => other.id)].join(', ')}.`,
  );
}

/** The parameters of the further members, by id. */
export function memberSpecs(others: readonly ChosenMember[]): Record<string, ParamSpecs> {
  return Object.fromEntries(others.map(({ id, plugin }) => [id, memberParamsOf(plugin.descriptor)]));
}

/** Names of a member, its plugin and its model. */
export function describePlaying(
  { plugin: { descriptor }, model }: { readonly plugin: FoundPlugin; readonly model: ModelFolder | null },
  id = descriptor.id,
): Pick<MemberDescription, 'name' | 'plugin' | 'model'> {
  const { name } = descriptor;
  const number = /-([0-9]+)$/.exec(id.slice(descriptor.id.length))?.[1];
  return {
    name: number === undefined ? name : `${name} ${number}`,
    plugin: { id: descriptor.id, name },
    model: model ? { id: model.id, name: modelName(model) } : NO_MODEL,
  };
}

type MemberState = Pick<MemberDescription, 'mode' | 'phase' | 'muted' | 'values'>;

/** How the further members of a band stand, as the worker told last. */
export class MemberStates {
  readonly #states = new Map<string, MemberState>();

  /** Another engine plays from now on. */
  changed(
    others: readonly ChosenMember[],
    settings: UserSettings,
    modeOf: (id: string) => Mode | undefined,
  ): void {
    this.#states.clear();
    for (const { id, plugin } of others)
      this.#states.set(id, {
        mode: modeOf(id) ?? settings.mode,
        phase: 'stopped',
        muted: settings.mutes(id),
        values: settings.values(memberParamsOf(plugin.descriptor), id),
      });
  }

  stateOf(id: string): MemberState {
    return this.#states.get(id)!;
  }

  /** Takes in an event of a member. */
  hear(id: string, event: SessionEvent): void {
    const state = this.#states.get(id);
    if (state === undefined) return;
    if (event.type === 'phase') this.#states.set(id, { ...state, phase: event.phase });
    else if (event.type === 'mode') this.#states.set(id, { ...state, mode: event.mode });
    else if (event.type === 'mute') this.#states.set(id, { ...state, muted: event.muted });
    else if (event.type === 'param')
      this.#states.set(id, { ...state, values: { ...state.values, [event.id]: event.value } });
  }
}
