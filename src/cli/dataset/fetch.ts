import { defineCommand } from 'citty';
import { type FetchReport, fetchCorpus } from '../../corpora/fetch.js';
import { type Manifest, manifestOf } from '../../corpora/manifest.js';
import { progressBar } from '../progress.js';
import { closeOnSignal } from '../shutdown.js';

export default defineCommand({
  meta: { name: 'fetch', description: 'Download a corpus, and verify it.' },
  args: {
    name: {
      type: 'positional',
      description: 'Name of a corpus (see dataset list), or path of a manifest (.json)',
      required: true,
      valueHint: 'NAME',
    },
    to: {
      type: 'string',
      description: "Folder to create (default: in the user's folder)",
      valueHint: 'FOLDER',
    },
    from: {
      type: 'string',
      description: 'Offline: a folder that holds the archives or the files, in any order',
      valueHint: 'FOLDER',
    },
    accept: { type: 'boolean', description: 'Accept the terms of a corpus that is not for commercial use' },
    unverified: {
      type: 'boolean',
      description: 'Accept a corpus that is incomplete or differs from its manifest',
    },
    json: { type: 'boolean', description: 'Print the result as JSON' },
  },
  async run({ args }) {
    const manifest = await manifestOf(args.name);
    if (manifest.sources) process.stderr.write(terms(manifest));
    const stop = new AbortController();
    let bar = progressBar('');
    let label = '';
    /** Starts a new progress bar for each step, so that each has its own time estimate. */
    const show = (next: string, done: number, total: number | undefined) => {
      if (next !== label) {
        bar.done();
        bar = progressBar(next);
        label = next;
      }
      if (total) bar.show(done / total);
    };
    const fetching = fetchCorpus(manifest, {
      ...(args.to === undefined ? {} : { to: args.to }),
      ...(args.from === undefined ? {} : { from: args.from }),
      accept: args.accept === true,
      unverified: args.unverified === true,
      signal: stop.signal,
      downloading: ({ url }, done, total) => {
        const size = total ? `${mega(total)} MB` : `${mega(done)} MB so far`;
        show(total ? `${new URL(url).hostname}, ${size}` : `${new URL(url).hostname}`, done, total);
      },
      unpacking: (done, total) => show('verifying', done, total),
      retrying: (reason, attempt) => {
        bar.done();
        process.stderr.write(`${reason}; attempt ${attempt}\n`);
      },
    }).finally(() => bar.done());
    closeOnSignal(async () => {
      stop.abort();
      await fetching.catch(() => {});
      process.stderr.write('Stopped. Downloaded data is kept; the same command resumes the download.\n');
    });
    const report = await fetching.catch((error: unknown) => {
      // The signal handler ends the program.
      if (stop.signal.aborted) return new Promise<never>(() => {});
      throw error;
    });
    process.stdout.write(
      args.json ? `${JSON.stringify(report, null, 2)}\n` : said(manifest, report, args.from === undefined),
    );
  },
});

function terms({ name, licence, citation }: Manifest): string {
  return `${name}: ${licence.name}\n  ${licence.asks}\n  Cite: ${citation}\n`;
}

function said(
  manifest: Manifest,
  { folder, already, pieces, verified, missing, codec, kind }: FetchReport,
  downloaded: boolean,
): string {
  const what = kind === 'midi' ? 'files' : 'tunes';
  const lines = [`${folder}: ${pieces} ${what}${already ? ', there already' : ''}`];
  const whole = downloaded && !already && verified === pieces && missing === 0;
  lines.push(
    `  verified: ${whole ? manifest.verified : `${verified} of ${pieces + missing} ${what} by their content`}`,
  );
  if (verified < pieces) lines.push(`  not verified: ${pieces - verified}, taken by their names`);
  if (missing > 0) lines.push(`  missing: ${missing}`);
  const name = codec === undefined ? `--codec ID --from ${folder}` : `${manifest.name}`;
  lines.push(`Next: continuo dataset build ${name} --out data/${manifest.name}`);
  return `${lines.join('\n')}\n`;
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
