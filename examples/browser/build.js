// Makes continuo.html, a page in one file that needs no server: `node build.js`, then open it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { output } = await build({
  root: here('.'),
  configFile: false,
  logLevel: 'warn',
  build: {
    write: false,
    // Other engines than the kernel are left out: nothing here asks for them.
    rolldownOptions: { input: here('page.js'), external: [/^@tensorflow\//] },
  },
});
// A script in a page must not contain its own end.
const script = output[0].code.replaceAll('</script', '<\\/script');
const page = readFileSync(here('page.html'), 'utf8');
writeFileSync(
  here('continuo.html'),
  page.replace('<!-- script -->', () => `<script type="module">${script}</script>`),
);
