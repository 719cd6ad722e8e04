import type { HeldOut } from '../../training/fit/held-out.js';
import type { Listening } from './listening.js';
import type { ModelCosts } from './measure-model.js';

/** The costs of a model as text for the terminal. */
export function costsText(result: ModelCosts): string {
  const { model, engine, precision, memory, heldOut: cost } = result;
  return [
    `${model} (${engine}, ${precision}${memoryWords(memory)})`,
    `  held out   ${costWords(cost)} (${cost.pieces} pieces, ${cost.tokens} tokens)`,
    ...baselineWords(result),
    ...listeningWords(result.listening),
    '',
  ].join('\n');
}

function memoryWords(memory: ModelCosts['memory']): string {
  if (memory === false) return ', without memory';
  const off = Object.entries(memory ?? {}).flatMap(([name, on]) => (on ? [] : [name]));
  return off.length === 0 ? '' : `, without ${off.join(' and ')}`;
}

function costWords({ natsPerToken, perplexity, natsPerNote }: HeldOut): string {
  const aNote = natsPerNote === null ? '' : `, ${natsPerNote.toFixed(3)} nats a note`;
  return `${natsPerToken.toFixed(4)} nats a token (perplexity ${perplexity.toFixed(2)})${aNote}`;
}

function baselineWords({ baseline: counted, percentFewer }: ModelCosts): string[] {
  if (counted === undefined || percentFewer === undefined) return [];
  const { trainedOn, orders } = counted;
  const undefinedOrders = orders.filter(({ fallback }) => fallback);
  return [
    `  5-gram     ${costWords(counted)}: modified Kneser-Ney, from ${trainedOn.pieces} pieces, ${trainedOn.tokens} tokens;`,
    `             the network needs ${Math.abs(percentFewer).toFixed(1)} % ${percentFewer < 0 ? 'more' : 'fewer'} nats`,
    ...(undefinedOrders.length === 0
      ? []
      : [
          `             (no discounts follow from the counts of its ${undefinedOrders.map(({ order }) => `${order}-grams`).join(', ')}; taken instead: ${undefinedOrders[0]!.discounts.join(', ')})`,
        ]),
  ];
}

function listeningWords(heard: Listening | null): string[] {
  if (heard === null) return ['  listening  not measured: it takes two long pieces'];
  const { mean, low, high } = heard.gain;
  return [
    `  listening  the true continuation costs ${heard.own.toFixed(3)} nats a token after its own prompt, ${heard.other.toFixed(3)} after another's:`,
    `             ${mean.toFixed(3)} less (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}), cheaper in ${Math.round(100 * heard.share)} % of ${heard.prompts}`,
  ];
}
