import { existsSync } from 'node:fs';
import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { corpusRecord } from '../../corpora/fetch.js';
import { corpusFolder, knownCorpora } from '../../corpora/manifest.js';

export default defineCommand({
  meta: { name: 'list', description: 'List the known corpora, and which of them are on this machine.' },
  args: { json: { type: 'boolean', description: 'Print JSON, with licences, citations and splits' } },
  async run({ args }) {
    const corpora = await Promise.all(
      (await knownCorpora()).map(async (known) => {
        const { at, ...manifest } = known;
        const folder = corpusFolder(known);
        const own = manifest.folder !== undefined;
        const record = own ? null : await corpusRecord(folder);
        const here = own ? existsSync(folder) : record !== null;
        return { ...manifest, here: here ? folder : null, own };
      }),
    );
    if (args.json) {
      process.stdout.write(`${JSON.stringify(corpora, null, 2)}\n`);
      return;
    }
    const rows = corpora.map(({ name, own, here, licence, what }) => [
      name,
      own ? 'comes with Continuo' : here ? 'here' : 'to fetch',
      licence.nonCommercial ? 'not for commercial use' : '',
      what,
    ]);
    process.stdout.write(`${columns(rows).join('\n')}\n\n`);
    process.stdout.write(
      'Next: continuo dataset fetch NAME, then continuo dataset build NAME --out FOLDER\n',
    );
  },
});
