import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { reportOf } from '../../host/error-report.js';
import { FOLDERS } from '../../host/folders.js';
import { findPlugins } from '../../host/plugins/plugins.js';

export default defineCommand({
  meta: {
    name: 'list',
    description: 'List the plugins that there are, and why others are left out. No code of theirs is run.',
  },
  args: {
    json: { type: 'boolean', default: false, description: 'Print { plugins, troubles, folder } as JSON' },
  },
  async run({ args }) {
    const { plugins, troubles } = await findPlugins();
    const found = plugins.map(({ descriptor, source, folder }) => {
      const { id, name, version, extensions } = descriptor;
      return { id, name, version, source, folder, extensions };
    });
    const left = troubles.map(({ name, error }) => ({ name, ...reportOf(error) }));
    if (args.json) {
      const all = { plugins: found, troubles: left, folder: FOLDERS.userPlugins };
      process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
      return;
    }
    const rows = found.map(({ id, version, source, extensions, name }) => [
      id,
      version,
      source,
      extensions.join(', ') || 'nothing that this version knows',
      name,
    ]);
    process.stdout.write(`${columns(rows).join('\n')}\n\n`);
    process.stdout.write(
      `Others are found in ./plugins, in ${FOLDERS.userPlugins}, and as npm packages named continuo-plugin-…\nNext: continuo start --plugin ID; continuo plugin info ID; continuo plugin new NAME writes one\n`,
    );
    for (const { message, hint, code } of left)
      process.stderr.write(`continuo: left out: ${message} ${hint ?? ''} [${code}]\n`);
  },
});
