import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { filesOf } from '../../src/host/models/model-file.js';
import { loadModelFolder } from '../../src/host/models/model-files.js';
import { readAbc } from '../../src/music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../src/music/abc/testing/tunes.js';
import { melodyOf } from '../../src/plugins/folk/codec/novelty-melody.js';
import { loadNovelty } from '../../src/plugins/folk/generate/novelty.js';
import { jam, phrase } from '../../src/session/testing/jam.js';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const etudes = fileURLToPath(new URL('../../datasets/etudes', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tunes = join(folder, 'tunes');
mkdirSync(tunes);
writeFileSync(
  join(tunes, 'book.abc'),
  Array.from({ length: 12 }, (_, i) => {
    const bars = Array.from({ length: 8 }, (_, bar) => 'CDEFGABc'.slice((i + bar) % 5, ((i + bar) % 5) + 3));
    const lines = bars.map((notes) => `${notes} ${notes.split('').reverse().join('')}`).join('|');
    return `X:${i + 1}\nT:Tune ${i + 1}\nR:jig\nM:6/8\nL:1/8\nK:C\n|:${lines}:|\n`;
  }).join('\n'),
);
const small = ['--units', '6', '--layers', '1', '--batch', '4', '--window', '16', '--patience', '0'];
const onTunes = (out: string, ...more: string[]) => ['train', '--on', tunes, '--out', out, ...small, ...more];

function continuo(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
}

describe('continuo train', () => {
  it('trains on tunes; stopped by Ctrl-C it leaves a model, and the same command ends where it would have', async () => {
    const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
    const { status, stdout, stderr } = continuo(...onTunes(whole, '--epochs', '20', '--json'));
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ ended: 'epochs', codec: 'folk-session-1' });
    expect(report.heldOut.after).toBeLessThan(report.heldOut.before);
    expect(readdirSync(whole).sort()).toEqual([
      'README.md',
      'model.json',
      'novelty.bin',
      'training.json',
      'weights.bin',
    ]);

    const args = onTunes(parts, '--epochs', '20');
    expect(await interrupted(args)).toBe(130);
    expect((await loadModelFolder(parts)).metadata?.codec).toBe('folk-session-1');
    expect(JSON.parse(readFileSync(join(parts, 'training.json'), 'utf8')).finished).toBe(false);
    expect(continuo(...onTunes(parts, '--epochs', '21')).stderr).toContain('[TRAINING_OTHER]');
    expect(continuo(...args).status).toBe(0);
    expect(readFileSync(join(parts, 'weights.bin')).equals(readFileSync(join(whole, 'weights.bin')))).toBe(
      true,
    );
    expect(continuo(...args).stderr).toContain('finished');
    const tune = continuo('generate', 'folk', '--model', parts, '--seed', '1');
    expect(tune.stdout, tune.stderr).toContain('X:1');
  }, 180_000);

  it('knows copies of its own tunes, and of those of the model that it began as, and takes over its licence', async () => {
    const [first, further] = [join(folder, 'first'), join(folder, 'further')];
    const more = join(folder, 'more');
    mkdirSync(more);
    const others = [KESH, COOLEYS, HORNPIPE];
    writeFileSync(join(more, 'mine.abc'), others.join('\n'));
    const train = (out: string, ...args: string[]) =>
      continuo('train', '--out', out, '--epochs', '1', ...args);
    expect(train(first, '--on', tunes, ...small).stderr).not.toContain('[');
    expect(train(further, '--on', more, '--from', first).stderr).not.toContain('[');
    const index = (await loadNovelty(filesOf(further)))!;
    const learnt = (await loadNovelty(filesOf(first)))!.tunes;
    expect(index.tunes).toBe(learnt + 2); // the third is held out
    const known = (file: string) =>
      readAbc(readFileSync(file, 'utf8')).filter(({ tune }) => {
        const melody = melodyOf(tune!);
        return index.longestRun(melody)?.notes === melody.length;
      }).length;
    expect(known(join(more, 'mine.abc'))).toBe(2);
    expect(known(join(tunes, 'book.abc'))).toBeGreaterThanOrEqual(learnt);
    rmSync(join(first, 'novelty.bin'));
    writeFileSync(join(first, 'LICENSE'), 'CC BY-NC-SA 4.0\n');
    const critic = readFileSync(join(models, 'folk-session', 'critic.json'), 'utf8');
    writeFileSync(join(first, 'critic.json'), critic);
    expect(train(further, '--replace', '--on', more, '--from', first).stderr).toContain('has no novelty.bin');
    expect(await loadNovelty(filesOf(further))).toBeNull();
    // What judged the tunes of its origin judges its own.
    expect(readFileSync(join(further, 'critic.json'), 'utf8')).toBe(critic);
    // What its origin asks of whoever uses it, it asks too.
    expect(readFileSync(join(further, 'LICENSE'), 'utf8')).toBe('CC BY-NC-SA 4.0\n');
  }, 120_000);

  it('trains on what the player played in takes, phrase by phrase, without what was taken back', () => {
    const takes = join(folder, 'takes');
    for (const take of [1, 2, 3]) {
      const { session, records } = jam('answer');
      session.command({ type: 'start' }, 0);
      for (let number = 0; number < 6; number++) {
        const pitches = Array.from({ length: 12 }, (_, i) => 50 + ((i * take + number) % 24));
        const end = phrase(session, 1 + 30 * number, pitches);
        session.advance(end + 8);
        if (number === 2) session.command({ type: 'takeBack' }, end + 8);
      }
      session.command({ type: 'stop' }, 200);
      const header = {
        ...{ type: 'take', version: 1, date: '2026-01-01T00:00:00.000Z', mode: 'answer', time: 0 },
        setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
        ...{ pluginVersion: '1.0.0', modelHash: '0000000000000000' },
      };
      mkdirSync(join(takes, `${take}`), { recursive: true });
      const lines = [header, ...records].map((line) => `${JSON.stringify(line)}\n`);
      writeFileSync(join(takes, `${take}`, 'take.jsonl'), lines.join(''));
    }
    const out = join(folder, 'mine');
    const args = [
      'train',
      '--takes',
      '--on',
      takes,
      '--from',
      'scratch',
      '--out',
      out,
      ...small,
      '--epochs',
      '1',
    ];
    const { status, stderr } = continuo(...args);
    expect(status, stderr).toBe(0);
    // Five phrases of each take; one in ten is held out.
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toMatch(/: 13 pieces .* on, 2 pieces .*held out/);
    expect(stderr).not.toContain('copies');
  });

  it.each([
    [['train'], 2, 'OPTION_VALUE'],
    [['train', '--on', join(folder, 'nowhere')], 1, 'FILE_READ'],
    [['train', '--on', main, '--from', 'folk-session'], 1, 'DATASET_EMPTY'],
    [['train', '--on', tunes, '--from', 'piano-pop'], 1, 'DATASET_EMPTY'],
    [['train', '--takes', '--on', tunes, '--from', 'folk-session'], 2, 'OPTION_VALUE'],
    [['train', '--on', tunes, '--from', 'nobody'], 1, 'MODEL_NOT_FOUND'],
    [['train', '--on', tunes, '--from', 'folk-session', '--units', '9'], 2, 'OPTION_VALUE'],
    [['train', '--on', tunes, '--epochs', 'many'], 2, 'OPTION_VALUE'],
    [['train', '--on', tunes, '--transpose', '5,6'], 2, 'OPTION_VALUE'],
    [['train', '--on', etudes, '--transpose', '5,many'], 2, 'OPTION_VALUE'],
    [['train', '--on', etudes, '--transpose', '1,2,3'], 2, 'OPTION_VALUE'],
    [['train', '--on', etudes, '--stretch', '5%'], 2, 'OPTION_VALUE'],
    [['train', '--on', tunes, '--out', tunes], 1, 'TRAINING_OTHER'],
    [['train', '--on', tunes, '--out', join(main, 'model')], 1, 'FILE_WRITE'],
  ])('%j ends with a sentence and a code', (args, status, code) => {
    const result = continuo(...args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe('');
  });
});

/** Starts a training and sends Ctrl-C once it has made a few updates; resolves with its exit status. */
function interrupted(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    let asked = false;
    child.stderr.on('data', (chunk) => {
      said += chunk;
      // Once: a second Ctrl-C would end it without waiting.
      if (!asked && /epoch [2-9]/.test(said)) asked = child.kill('SIGINT');
    });
    child.on('close', resolve);
  });
}
