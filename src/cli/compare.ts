import { defineCommand } from 'citty';
import { COMPARISONS } from '../evaluation/studies.js';
import { studyCommand } from './evaluate/study-command.js';

export default defineCommand({
  meta: {
    name: 'compare',
    description: 'Train small networks of several kinds on one corpus, and show what each remembers.',
  },
  // Each is loaded when it is asked for.
  subCommands: Object.fromEntries(
    Object.entries(COMPARISONS).map(([name, load]) => [name, async () => studyCommand(await load())]),
  ),
});
