/**
 * Preloaded into a host (`node --import`), writes down each note that it tells to anybody, with the monotonic time of the machine: by it
 * scripts/kill-hosts.mjs shows that no session ever has two owners. CONTINUO_NOTE_LOG names the file.
 */
import { openSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.CONTINUO_NOTE_LOG) {
  const { Sessions } = await import('../dist/host/sessions/sessions.js');
  const log = openSync(process.env.CONTINUO_NOTE_LOG, 'a');
  const say = (said) =>
    writeSync(log, `${JSON.stringify({ at: Number(process.hrtime.bigint()) / 1e9, ...said })}\n`);
  const { add } = Sessions.prototype;
  let stays = 0;
  Sessions.prototype.add = function (session, ...more) {
    const stay = `${process.pid}.${stays++}`;
    let id;
    // What comes before its id is known is a note too.
    session.subscribe((event) => {
      if (event.type === 'noteOn') say({ stay, session: id, note: event.pitch, voice: event.voice });
    });
    id = add.call(this, session, ...more);
    say({ stay, session: id, begins: true });
    return id;
  };
}
