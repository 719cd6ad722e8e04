import { defineStudy } from '../study.js';
import { compareCells } from './compare-cells.js';
import { cellsPage } from './page.js';
import { CELLS_DEFAULTS, parseCells, parseInit, parseLayers, plansOf } from './plan.js';
import { cellsText, finishedLine } from './words.js';

/** Trains vanilla RNN, GRU and LSTM on one corpus and shows what each remembers: `continuo compare cells`. */
export const cells = defineStudy({
  name: 'cells',
  help: 'Train vanilla RNN, GRU and LSTM on one small corpus, and compare how they learn and what they remember. Ctrl-C stops it; with --out the same command goes on.',
  options: {
    on: {
      type: 'text',
      default: null,
      help: 'Folder of MIDI files, ABC tunes or text, one such file, or a data set (default: the tunes that come with Continuo)',
      hint: 'DATA',
    },
    plugin: {
      type: 'text',
      default: null,
      help: 'The plugin that reads it, by id or folder (default: the one that has files there)',
      hint: 'ID|FOLDER',
    },
    codec: {
      type: 'text',
      default: null,
      help: "How files become tokens (default: the plugin's first)",
      hint: 'ID',
    },
    cells: {
      type: 'text',
      default: CELLS_DEFAULTS.cells.join(),
      help: 'Which cells: rnn (vanilla), gru, lstm',
      hint: 'KIND,…',
    },
    layers: {
      type: 'text',
      default: CELLS_DEFAULTS.layers.join(),
      help: 'Numbers of layers, 1 to 4',
      hint: 'N,…',
    },
    units: { type: 'int', min: 4, max: 512, default: CELLS_DEFAULTS.units, help: 'Units a layer', hint: 'N' },
    steps: {
      type: 'int',
      min: 2,
      max: 100_000,
      default: CELLS_DEFAULTS.steps,
      help: 'Updates of each network',
      hint: 'N',
    },
    minutes: {
      type: 'float',
      min: 0.01,
      max: 100_000,
      default: null,
      help: 'Most minutes for all trainings on the corpus together, shared out evenly (default: as long as the steps take)',
      hint: 'N',
    },
    probeSteps: {
      type: 'int',
      min: 0,
      max: 100_000,
      default: CELLS_DEFAULTS.probeSteps,
      help: 'Updates of each network on the copy task; 0: no memory probe',
      hint: 'N',
    },
    longestWait: {
      type: 'int',
      min: 2,
      max: 500,
      default: CELLS_DEFAULTS.longestWait,
      help: 'Longest wait of the copy task, in steps',
      hint: 'N',
    },
    lags: {
      type: 'int',
      min: 2,
      max: 512,
      default: CELLS_DEFAULTS.lags,
      help: 'Longest lag of the gradients; gradients flow back through so many tokens in the training too',
      hint: 'N',
    },
    clip: {
      type: 'float',
      min: 0,
      max: 1e6,
      default: CELLS_DEFAULTS.clip,
      help: "Norm to which an update's gradients are scaled down; 0: never",
      hint: 'N',
    },
    rate: {
      type: 'float',
      min: 1e-9,
      max: 10,
      default: CELLS_DEFAULTS.rate,
      help: 'Highest learning rate',
      hint: 'N',
    },
    init: {
      type: 'text',
      default: CELLS_DEFAULTS.init,
      help: 'How recurrent matrices begin: uniform (within 1/√units, as textbooks have it), glorot, orthogonal',
      hint: 'KIND',
    },
    gateBias: {
      type: 'float',
      min: -10,
      max: 10,
      default: CELLS_DEFAULTS.gateBias,
      help: 'Bias with which the forget gate of an LSTM and the update gate of a GRU begin; 3 keeps 95 % of the old state a step',
      hint: 'N',
    },
    sample: {
      type: 'int',
      min: 1,
      max: 10_000,
      default: CELLS_DEFAULTS.sample,
      help: 'Tokens of each sample',
      hint: 'N',
    },
    seed: {
      type: 'int',
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      default: CELLS_DEFAULTS.seed,
      help: 'A whole number: the same one gives the same figures',
      hint: 'N',
    },
    out: {
      type: 'text',
      default: null,
      help: 'Folder for the trained models and their figures, one folder each',
      hint: 'FOLDER',
    },
    replace: { type: 'toggle', default: false, help: 'Write over other trainings in --out' },
  },
  plays: false,
  page: 'Figures, plots and explanations as an HTML page',
  async run({ on, plugin, codec, minutes, out, ...values }, { bar: barOf, say, stoppable }) {
    const options = {
      ...values,
      cells: parseCells(values.cells),
      layers: parseLayers(values.layers),
      init: parseInit(values.init),
      ...(on !== null && { on }),
      ...(plugin !== null && { plugin }),
      ...(codec !== null && { codec }),
      ...(minutes !== null && { minutes }),
      ...(out !== null && { out }),
    };
    const all = plansOf(options).length;
    let finished = 0;
    const comparison = await stoppable(
      async (_, signal) => {
        const bar = barOf('comparing');
        try {
          return await compareCells(options, {
            signal,
            progress: (share, doing) => bar.show(share, doing),
            finished(result, secondsLeft) {
              finished++;
              bar.done();
              say(finishedLine(result, secondsLeft));
            },
          });
        } finally {
          bar.done();
        }
      },
      () =>
        out === null
          ? 'Stopped; nothing was written.'
          : `Stopped: ${finished} of ${all} networks are in ${out}; the same command goes on from there.`,
    );
    return { data: comparison, text: () => cellsText(comparison), page: () => cellsPage(comparison) };
  },
});
