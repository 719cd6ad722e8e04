import { expect, it } from 'vitest';
import { jam, performer, phrase, START } from './testing/jam.js';

/** What is done from the hand-over to the first note of the reply, looked at whenever the session asks for it; null: no note is due then. */
function untilFirstNote(seed: number): string[] | null {
  const done: string[] = [];
  const parts = performer(seed);
  const { engine } = parts;
  const step = engine.step.bind(engine);
  engine.step = (...args) => {
    done.push('step');
    return step(...args);
  };
  const { session } = jam('answer', {
    ...parts,
    output: { noteOn: () => void done.push('note'), noteOff() {}, silence() {} },
    checkpoint: () => void done.push('checkpoint'),
  });
  session.command(START, 0);
  let time: number | null = phrase(session, 1, [60, 62, 64, 65, 67]);
  for (let calls = 0; time !== null && session.phase === 'listening'; calls++) {
    if (calls === 1000) throw new Error('The hand-over does not come.');
    done.length = 0;
    time = session.advance(time);
  }
  const note = done.indexOf('note');
  return note < 0 ? null : done.slice(0, note);
}

it('a reply begins without a step of the network and without a checkpoint: its beginning was rehearsed', () => {
  const replies = Array.from({ length: 20 }, (_, seed) => untilFirstNote(seed)).filter(
    (work) => work !== null,
  );
  expect(replies.length).toBeGreaterThan(3);
  for (const work of replies) expect(work).toEqual([]);
});
