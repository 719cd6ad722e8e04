import { Sessions } from '../../host/sessions/sessions.js';
import { MemorySession } from './memory-session.js';

/** A directory with `session` open, whose further sessions are doubles too; it keeps the time of the first. */
export function directoryOf(session: MemorySession, most?: number): Sessions {
  const { plugin, models } = session.description;
  const sessions = new Sessions({
    open: async () => ({ session: new MemorySession() }),
    plugins: async () => [{ ...plugin, models }],
    now: () => session.now(),
    ...(most !== undefined && { most }),
  });
  sessions.add(session);
  return sessions;
}
