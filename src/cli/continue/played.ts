import { openHostPerformer, type Setup } from '../../host/models/open-host-performer.js';
import { type OpenOffline, openOffline } from '../../host/offline/open-offline.js';
import {
  type PlayedPart,
  type PlayOffline,
  playOffline,
  USUAL_SECONDS,
} from '../../host/offline/play-offline.js';
import { accompanimentAlone, withAccompaniment } from '../../music/midi/accompany.js';
import { continuationAlone, withContinuation } from '../../music/midi/append.js';
import type { AddedPart } from '../../music/midi/file-edits.js';
import type { ParsedMidi } from '../../music/midi/parse.js';
import type { Seconds } from '../../music/units.js';
import { continuePerformance } from '../../performer/continuation.js';

/** What a plugin played with a file. */
export interface Played {
  readonly notes: number;
  readonly from: Seconds;
  readonly seconds: Seconds;
  /** Id or path of the model; null where it played without one. */
  readonly model: string | null;
  /** Steps of the network. */
  readonly steps: number;
  withFile(midi: ParsedMidi): Uint8Array;
  alone(midi: ParsedMidi): Uint8Array;
}

/** Plays with a file by the plugin's extension `offline`, or on from it by its live stream. Throws what opening and playing throw. */
export async function played(setup: Setup, asked: PlayOffline): Promise<Played> {
  const opened = await openOffline(setup);
  if (opened === null) return playedLive(setup, asked);
  try {
    const { parts, from, until } = await playOffline(opened, asked);
    return {
      notes: parts.reduce((sum, { notes }) => sum + notes.length, 0),
      ...{ from, seconds: asked.seconds ?? until - from },
      ...{ model: opened.model && setup.model, steps: opened.model?.engine.steps ?? 0 },
      ...written(opened, parts, Math.max(0, -from)),
    };
  } finally {
    opened.dispose();
  }
}

function written(
  { offline, descriptor }: OpenOffline,
  parts: readonly PlayedPart[],
  countIn: Seconds,
): Pick<Played, 'withFile' | 'alone'> {
  const added = parts.map(({ voice, notes }) => addedPart(voice?.name ?? descriptor.name, voice, notes));
  if (offline.does === 'accompanies')
    return {
      withFile: (midi) => withAccompaniment(midi, added, countIn),
      alone: (midi) => accompanimentAlone(midi, added, countIn),
    };
  // Where no voice is named, the file's own instrument goes on.
  const music = parts.every(({ voice }) => voice === null) ? parts.flatMap(({ notes }) => notes) : added;
  return {
    withFile: (midi) => withContinuation(midi, music),
    alone: (midi) => continuationAlone(midi, music),
  };
}

/** A part for a file: channels and programs are counted from 0 there. */
function addedPart(name: string, voice: PlayedPart['voice'], notes: PlayedPart['notes']): AddedPart {
  const { channel, program } = voice ?? {};
  return {
    ...{ name, notes },
    ...(channel !== undefined && { channel: channel - 1 }),
    ...(program !== undefined && { program: program - 1 }),
  };
}

async function playedLive(
  setup: Setup,
  { piece, performance, seconds = USUAL_SECONDS, params, progress }: PlayOffline,
): Promise<Played> {
  const performer = await openHostPerformer(setup);
  const { engine } = performer;
  try {
    const from = piece.duration;
    const notes = continuePerformance(performer, performance, {
      ...{ from, seconds, params },
      ...(progress && { progress }),
    });
    return {
      ...{ notes: notes.length, from, seconds, model: setup.model, steps: engine.steps },
      withFile: (midi) => withContinuation(midi, notes),
      alone: (midi) => continuationAlone(midi, notes),
    };
  } finally {
    engine.dispose();
  }
}
