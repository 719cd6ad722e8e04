import { Chance } from '../chance.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { FollowedStream, streamMoves } from '../stream-moves.js';
import type { Subject } from '../subject.js';

const TURNS = 200;
const MOVES = 30;

/** Where a turn ends, the stream ends each note that the model holds. */
export function checkNotesEnd({ live, seed, sign }: Subject): Finding {
  if (!live) return skipped('The plugin does not play live.');
  const { codec, pluginParams } = live(seed);
  let held = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    sign();
    const followed = new FollowedStream(codec, pluginParams);
    for (const move of streamMoves(codec, new Chance(seed, turn), MOVES)) {
      followed.make(move);
      if (move.type === 'release') requireSilent(followed);
    }
    held += followed.sounding.size;
    followed.make({ type: 'release' });
    requireSilent(followed);
  }
  return passed(`${TURNS} turns ended, ${held} notes that sounded then were ended with them.`);
}

function requireSilent({ sounding, stream }: FollowedStream): void {
  demand(
    sounding.size === 0,
    () =>
      `A turn ended, and the stream left sounding: ${[...sounding].join(', ')}. release() ends each note of the model.`,
  );
  const open = stream.openNotes('model');
  demand(
    open.length === 0,
    () => `A turn ended, and the stream says that the model still holds ${open.join(', ')}.`,
  );
}
