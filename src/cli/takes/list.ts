import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { TRASH_DAYS } from '../../host/takes/library/library.js';
import type { TakeSummary } from '../../host/takes/library/summary.js';
import { printable } from '../printable.js';
import { stoppable } from '../stoppable.js';
import { clockTime, libraryOf, localDate, TAKES } from './args.js';

export default defineCommand({
  meta: { name: 'list', description: 'List the takes, the latest first.' },
  args: {
    takes: TAKES,
    deleted: { type: 'boolean', default: false, description: 'Those in the trash instead' },
    json: { type: 'boolean', default: false, description: 'Print { folder, takes } as JSON' },
  },
  async run({ args }) {
    const library = libraryOf(args);
    library.emptyOld();
    const { deleted } = args;
    const takes = await stoppable(
      (shown) => shown('reading takes', (watch) => library.list({ deleted, watch })),
      () => 'Stopped.',
    );
    if (args.json) {
      const folder = deleted ? library.trash : library.folder;
      process.stdout.write(`${JSON.stringify({ folder, takes }, null, 2)}\n`);
      return;
    }
    process.stdout.write(
      printable(takes.length === 0 ? nothing(library.folder, deleted) : table(takes, deleted)),
    );
    for (const { id, damage } of takes)
      if (damage !== null)
        process.stderr.write(printable(`continuo: ${id} is damaged: ${damage.message} [${damage.code}]\n`));
  },
});

function nothing(folder: string, deleted: boolean): string {
  return deleted
    ? `The trash of ${folder} is empty.\n`
    : `There are no takes in ${folder}.\ncontinuo start and continuo jam record what is played.\n`;
}

function table(takes: readonly TakeSummary[], deleted: boolean): string {
  const rows = takes.map((take) => [
    take.id,
    localDate(take.date),
    clockTime(take.length).padStart(5),
    notesIn(take),
    whoPlayed(take),
    [take.name === null ? '' : JSON.stringify(take.name), stateOf(take)]
      .filter((word) => word !== '')
      .join('  '),
  ]);
  const next = deleted
    ? `continuo takes restore TAKE brings one back; after ${TRASH_DAYS} days they are gone.`
    : 'Next: continuo takes show last; continuo takes play TAKE; continuo takes export TAKE --out FILE.mid';
  return `${columns([['take', 'played at', 'length', 'notes', 'who', ''], ...rows]).join('\n')}\n\n${next}\n`;
}

/** How many notes the player and the others played. */
export function notesIn({ notes: { player, model } }: TakeSummary): string {
  return `${player} + ${model ?? '?'}`;
}

/** Plugins and models, such as `piano:piano-pop, drums`. */
export function whoPlayed({ plugin, model, members }: TakeSummary): string {
  const one = (plugin: string, model: string | null) => (model === null ? plugin : `${plugin}:${model}`);
  if (plugin === null) return '-';
  return [one(plugin, model), ...members.map((member) => one(member.plugin, member.model))].join(', ');
}

function stateOf({ writing, cutOff, damage }: TakeSummary): string {
  if (writing) return 'is being written';
  if (damage !== null) return 'damaged';
  return cutOff ? 'cut off' : '';
}
