/** The thread that makes tunes: neither the session nor the I/O thread waits for it. Its model is loaded at the first request. */
import { randomInt } from 'node:crypto';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { NoveltyIndex } from '../codec/folk/novelty-index.js';
import { checkParam } from '../plugin/params.js';
import type { TuneSettings } from '../plugin/tune-options.js';
import { reportOf } from './error-report.js';
import { midiTrackOf } from './generate-midi.js';
import { openTuneModel, type TuneModel } from './generate-model.js';
import { resolveWish } from './generate-rules.js';
import { makeTunes } from './generate-tunes.js';
import { judged, loadNovelty } from './novelty.js';
import type { TuneAnswer } from './tune-control.js';
import type { TuneAsked, TuneSaid } from './tune-link.js';

const port = parentPort as MessagePort;
let model: (TuneModel & { readonly index: NoveltyIndex | null }) | undefined;
let before: Promise<void> = Promise.resolve();

port.on('message', ({ request, settings }: TuneAsked) => {
  before = before.then(async () => {
    let said: TuneSaid;
    try {
      said = { request, tune: await make(settings) };
    } catch (error) {
      said = { request, error: reportOf(error) };
    }
    port.postMessage(said);
  });
});

async function make(asked: TuneSettings): Promise<TuneAnswer> {
  const settings = { ...asked, seed: asked.seed ?? randomInt(2 ** 31) };
  const { seed, temperature, bestOf, ...wish } = settings;
  const rules = resolveWish(wish);
  // Where it cannot be loaded, it is tried again at the next request: it may be there by then.
  model ??= await open();
  checkParam(model.descriptor.params, 'temperature', temperature);
  const order = { asked: [{ rules, wish, prime: [] }], count: 1, bestOf, temperature, topP: 1, seed };
  const [bare] = makeTunes(model, order);
  const { id, hash, index } = model;
  const compared = index && judged(bare!, index);
  const made = compared ?? bare!;
  const { track, bpm } = midiTrackOf(made.tune);
  return {
    abc: made.abc,
    title: made.title,
    settings,
    model: { id, hash },
    ...(compared && { sharedRun: compared.sharedRun }),
    notes: track.events,
    bpm,
  };
}

async function open() {
  const opened = await openTuneModel('folk', undefined);
  return { ...opened, index: await loadNovelty(opened.folder) };
}
