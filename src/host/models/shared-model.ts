import type { Precision } from '../../model/engine.js';
import type { KernelModel } from '../../model/kernel/engine.js';
import type { LayerWeights } from '../../model/network.js';
import type { ErrorReport } from '../error-report.js';
import type { ChosenModel } from './read-model.js';

/** A model whose weights lie in shared memory, laid out for the kernel: what workers are given instead of the folder. */
export interface SharedModel extends Omit<ChosenModel, 'network'> {
  readonly kernel: KernelModel;
}

/** The same as it is opened: without the weights as they are in the folder. */
export function chosenOf({ kernel, ...model }: SharedModel): ChosenModel {
  const none = new Float32Array();
  const layers: LayerWeights[] = kernel.layout.spec.layers.map(() => ({
    kernel: none,
    recurrent: none,
    bias: none,
  }));
  const weights = { layers, output: { kernel: none, bias: none } };
  return { ...model, kernel, network: { spec: kernel.layout.spec, weights } };
}

/** I/O thread -> the thread that loads models. */
export interface LoadRequest {
  readonly request: number;
  readonly name: string;
  readonly precision: Precision;
}

/** The thread that loads models -> I/O thread. */
export interface LoadAnswer {
  readonly request: number;
  readonly answer: SharedModel | ErrorReport;
}
