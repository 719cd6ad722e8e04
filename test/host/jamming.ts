import { setTimeout } from 'node:timers/promises';
import type { LiveSession } from '../../dist/host/live/live-session.js';
import type { Setup } from '../../dist/host/models/open-host-performer.js';
import type { SessionEvent } from '../../dist/session/events.js';

export const PIANO: Setup = {
  plugin: 'piano',
  model: 'piano-pop-start',
  engine: 'kernel',
  precision: 'int8',
  seed: 7,
};
export const BAND: Setup = {
  ...PIANO,
  members: [{ id: 'drums', plugin: 'drums', model: 'drums-groove', seed: 8 }],
};

/** Strikes one key after the other; `every`: milliseconds between two. */
export async function strike(session: LiveSession, pitches: readonly number[], every = 40): Promise<void> {
  const hands = session.hands();
  for (const pitch of pitches) {
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await setTimeout(every);
    hands.play({ type: 'noteOff', pitch });
  }
}

/** Plays a phrase and waits until the first member has answered it and the turn is the player's again. */
export async function exchange(
  session: LiveSession,
  pitches: readonly number[],
  every?: number,
): Promise<void> {
  const phases: string[] = [];
  const stop = session.subscribe((event: SessionEvent) => {
    if (event.type === 'phase' && event.member === undefined) phases.push(event.phase);
  });
  await strike(session, pitches, every);
  while (!(phases.includes('playing') && phases.at(-1) === 'waiting')) await setTimeout(20);
  stop();
}
