import { performance } from 'node:perf_hooks';
import { CELL_WORDS, type CellPlan, type CellsOptions } from './plan.js';

/** How much longer an update of this cell takes than one of the vanilla RNN, about. */
const COST = { rnn: 1, gru: 1.7, lstm: 1.8 };
/** Cost of an update on the copy task beside one on the corpus, about. */
const PROBE_COST = 0.3;

/** How far a comparison is, by the estimated cost of its parts. */
export class Progress {
  readonly #began = performance.now();
  readonly #costs: ReadonlyMap<CellPlan, { readonly train: number; readonly probe: number }>;
  readonly #whole: number;
  #done = 0;
  /** Cost of networks that were there already, which took no time. */
  #kept = 0;
  #share = 0;

  constructor(
    plans: readonly CellPlan[],
    { steps, probeSteps }: Pick<CellsOptions, 'steps' | 'probeSteps'>,
    private readonly shown: ((share: number, doing: string) => void) | undefined,
  ) {
    this.#costs = new Map(
      plans.map((plan) => {
        const update = COST[plan.cell] * plan.layers;
        return [plan, { train: steps * update, probe: PROBE_COST * probeSteps * update }];
      }),
    );
    this.#whole = [...this.#costs.values()].reduce((sum, { train, probe }) => sum + train + probe, 0);
  }

  show(plan: CellPlan, doing: string, share: number): void {
    const { train, probe } = this.#costs.get(plan)!;
    const own = doing === 'copy task' ? train + share * probe : share * train;
    this.#share = (this.#done + own) / this.#whole;
    const layers = plan.layers === 1 ? '1 layer' : `${plan.layers} layers`;
    this.shown?.(this.#share, `${CELL_WORDS[plan.cell]}, ${layers}: ${doing}`);
  }

  finish(plan: CellPlan, kept: boolean): void {
    const { train, probe } = this.#costs.get(plan)!;
    this.#done += train + probe;
    if (kept) this.#kept += train + probe;
    this.#share = this.#done / this.#whole;
  }

  /** By the cost of what is done; infinite while nothing is. */
  get secondsLeft(): number {
    const passed = (performance.now() - this.#began) / 1000;
    const worked = this.#share * this.#whole - this.#kept;
    if (this.#share >= 1) return 0;
    return worked > 0 ? (passed * (1 - this.#share) * this.#whole) / worked : Number.POSITIVE_INFINITY;
  }
}
