import { basename } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { ResumeFrom, SavedMember, SavedState } from './saved-state.js';

/**
 * Requires that a saved state fits what is to go on from it: the same members, each with the same weights and codec. Throws STATE_OTHER
 * with what is different.
 */
export function requireFit(
  { state, take }: ResumeFrom,
  plays: readonly Pick<SavedMember, 'id' | 'modelHash' | 'codec'>[],
): void {
  const from = take === null ? 'The saved state' : `The state of the take ${take}`;
  for (const { id, modelHash, codec } of state.members) {
    const now = plays.find((member) => member.id === id);
    if (now === undefined) throw other(`${from} has a member ${id} of the band, who does not play here.`);
    const who = `${from} ${madeBy(state, id)}`;
    if (now.modelHash !== modelHash)
      throw other(`${who} and is one of the weights ${modelHash}, but ${now.modelHash} are loaded.`);
    if (now.codec !== codec)
      throw other(`${who} and is one of the tokens of ${codec}, but ${now.codec} is loaded.`);
  }
}

/** Which plugin and model a member played with. */
function madeBy({ setup }: SavedState, id: string): string {
  const { plugin, model } = setup.members?.find((member) => member.id === id) ?? setup;
  return `was made by the plugin ${basename(plugin)}${model === null ? '' : ` on ${basename(model)}`}`;
}

function other(message: string): ContinuoError {
  return new ContinuoError(
    'STATE_OTHER',
    message,
    'Load the model that it was saved with, or begin from zero.',
  );
}
