import { ContinuoError } from '../../errors.js';
import type { CellKind } from '../../model/spec.js';

/**
 * How recurrent matrices begin: `uniform` within 1 / sqrt(units), whose eigenvalues lie within a circle of about 0.6, `glorot` within
 * sqrt(3 / units), which reach 1, or `orthogonal`, whose eigenvalues all lie on the unit circle.
 */
export type CellInit = (typeof INITS)[number];
const INITS = ['uniform', 'glorot', 'orthogonal'] as const;

/** What is compared, and how long each network learns. */
export interface CellsOptions {
  /** A folder of music, a file of it or a data set: what `continuo train --on` takes. Default: the shipped tunes. */
  readonly on?: string | undefined;
  /** The plugin that reads it. Default: the one that has files there. */
  readonly plugin?: string | undefined;
  readonly codec?: string | undefined;
  readonly cells: readonly CellKind[];
  /** Numbers of layers; each cell is trained with each of them. */
  readonly layers: readonly number[];
  /** Units a layer. */
  readonly units: number;
  /** Updates of each network. */
  readonly steps: number;
  /** Most minutes for all trainings on the corpus together, shared out evenly; a network that has no time left stops before its steps. */
  readonly minutes?: number | undefined;
  /** Updates of each network on the copy task; 0: no memory probe. */
  readonly probeSteps: number;
  /** Longest wait of the copy task. */
  readonly longestWait: number;
  /** Longest lag of the gradients, in steps; also the trainer's window. */
  readonly lags: number;
  /** Largest norm of an update's gradients; 0: they are not clipped. */
  readonly clip: number;
  readonly rate: number;
  /** How the recurrent matrices begin. */
  readonly init: CellInit;
  /** Bias with which the gates begin that keep the old state: forget of an LSTM, update of a GRU. 3: they keep 95 % of it a step. */
  readonly gateBias: number;
  /** Tokens of each sample. */
  readonly sample: number;
  readonly seed: number;
  /** Folder for the models, one each, with their figures: the same call goes on from those that are there. */
  readonly out?: string | undefined;
  /** Whether to write over other trainings in `out`. */
  readonly replace?: boolean | undefined;
}

export const CELLS_DEFAULTS: CellsOptions = {
  cells: ['rnn', 'gru', 'lstm'],
  layers: [1, 2, 3],
  units: 64,
  steps: 120,
  probeSteps: 800,
  longestWait: 24,
  lags: 48,
  clip: 1,
  rate: 5e-3,
  init: 'uniform',
  gateBias: 3,
  sample: 160,
  seed: 1,
};

/** One of the networks. */
export interface CellPlan {
  /** Such as `lstm-2`. */
  readonly name: string;
  readonly cell: CellKind;
  readonly layers: number;
}

export const CELL_WORDS: Readonly<Record<CellKind, string>> = {
  rnn: 'vanilla RNN',
  gru: 'GRU',
  lstm: 'LSTM',
};
const CELLS: readonly CellKind[] = ['rnn', 'gru', 'lstm'];
const MOST_LAYERS = 4;

/** The networks, by cell, then by layers. */
export function plansOf({ cells, layers }: Pick<CellsOptions, 'cells' | 'layers'>): CellPlan[] {
  return cells.flatMap((cell) => layers.map((count) => ({ name: `${cell}-${count}`, cell, layers: count })));
}

/** Cells by name, joined by commas. Throws OPTION_VALUE. */
export function parseCells(text: string): CellKind[] {
  return parseList(text, 'cells', `of ${CELLS.join(', ')}`, (part) => CELLS.find((cell) => cell === part));
}

/** Numbers of layers, joined by commas. Throws OPTION_VALUE. */
export function parseLayers(text: string): number[] {
  return parseList(text, 'layers', `of whole numbers from 1 to ${MOST_LAYERS}`, (part) => {
    const count = Number(part);
    return Number.isInteger(count) && count >= 1 && count <= MOST_LAYERS ? count : undefined;
  });
}

/** Throws OPTION_VALUE. */
export function parseInit(text: string): CellInit {
  const init = INITS.find((one) => one === text);
  if (init !== undefined) return init;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--init takes ${INITS.join(', ')}; it was given "${text}".`,
    'It says how the recurrent matrices begin.',
  );
}

function parseList<T>(
  text: string,
  option: string,
  what: string,
  read: (part: string) => T | undefined,
): T[] {
  const values = text.split(',').map((part) => read(part.trim()));
  if (values.every((value) => value !== undefined) && new Set(values).size === values.length) return values;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--${option} takes a list ${what}, each once; it was given "${text}".`,
    `Joined by commas, as --${option} ${option === 'cells' ? CELLS.join() : '1,2,3'}.`,
  );
}
