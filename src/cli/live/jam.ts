import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import type { LiveSession } from '../../host/live/live-session.js';
import type { SessionEvent } from '../../session/events.js';
import { sayNotices } from '../say-notices.js';
import { closeOnDefect, closeOnSignal, Opened } from '../shutdown.js';
import { LIVE_ARGS, liveOptionsOf, openLive, watchLive, whoPlays } from './live-options.js';
import { onlyOne } from './only-port.js';
import { sayRecording, sayTake } from './recording-notice.js';

export default defineCommand({
  meta: {
    name: 'jam',
    description:
      'Play with a MIDI keyboard. Without --in or --out, the only port there is, else one of our own to connect to.',
  },
  args: LIVE_ARGS,
  async run({ args, rawArgs }) {
    const opened = new Opened();
    closeOnSignal(opened.close, { interrupted: 0 });
    closeOnDefect(opened.close);
    try {
      const session = await openLive(args, await liveOptionsOf(args, rawArgs));
      opened.add(() => sayTake(session));
      opened.add(() => session.close());
      opened.add(watchLive(session, args));
      sayNotices(session, true);
      const { ports } = session.describe();
      if (ports.unavailable)
        throw new ContinuoError(
          'MIDI_UNAVAILABLE',
          ports.unavailable,
          'Without MIDI, continuo start plays in the browser.',
        );
      await session.connect('input', args.in ?? onlyOne(ports.inputs));
      await session.connect('output', args.out ?? onlyOne(ports.outputs));
      report(session);
      session.command({ type: 'start' });
    } catch (error) {
      await opened.close();
      throw error;
    }
  },
});

const SENTENCES: Record<string, string> = {
  waiting: 'Your turn.',
  listening: 'Listening …',
  playing: 'Answering …',
  together: 'Playing together …',
  stopped: 'Stopped.',
};

/** Prints the session's phase as it changes: on a terminal by rewriting one line, else a line each. */
function report(session: LiveSession): void {
  const { mode, ports } = session.describe();
  process.stdout.write(
    `Continuo: ${whoPlays(session.describe())}, ${mode}\n  in   ${ports.input}\n  out  ${ports.output}\n  stop Ctrl-C\n`,
  );
  const tty = process.stdout.isTTY;
  let [last, phase] = ['', 'stopped'];
  sayRecording(session);
  session.subscribe((event: SessionEvent) => {
    // Of a band, the first member's phase is told.
    if (event.type === 'phase' && event.member !== undefined) return;
    if (event.type === 'phase') phase = event.phase;
    if (event.type !== 'phase' && event.type !== 'recording') return;
    const sentence = `${SENTENCES[phase] ?? phase}${session.notRecording === null ? '' : ' (not recording)'}`;
    if (sentence === last) return;
    last = sentence;
    process.stdout.write(tty ? `\r\x1b[K${sentence}` : `${sentence}\n`);
  });
}
