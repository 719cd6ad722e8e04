import type { Coming, SessionDescription } from '../../../src/protocol/session-protocol.js';

/** What is loaded and waits for the end of a phrase, in a sentence. */
export function comingInWords({ plugin, model, members = [] }: Coming, playing: SessionDescription): string {
  const others = (playing.members ?? []).slice(1).map((member) => member.plugin.id);
  const what =
    plugin.id !== playing.plugin.id
      ? plugin.name
      : model.id !== playing.model.id
        ? model.name
        : members.map(({ id }) => id).join() === others.join()
          ? `The new ${model.name}`
          : members.length > 0
            ? 'The new band'
            : `${plugin.name} alone`;
  return `${what} plays at the next phrase.`;
}
