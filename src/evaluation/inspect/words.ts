import { columns } from '../../columns.js';
import type { InspectedToken, Inspection } from './inspection.js';

/** The inspection for a terminal. */
export function inspectionText(inspection: Inspection): string {
  const { knowledge } = inspection;
  const surprises = columns(surpriseRows(inspection)).join('\n');
  const known = knowledge.length === 0 ? '' : `\n\n${columns(knowledgeRows(inspection)).join('\n')}`;
  return `${aboutWords(inspection)}.\n\n${surprises}${known}\n`;
}

/** What was looked at, and what it cost. */
export function aboutWords(inspection: Inspection): string {
  const { title, model, plugin, tokens, length, natsPerToken, natsByMaker } = inspection;
  const shown =
    length > tokens.length ? `the first ${tokens.length} of ${length} tokens` : `${length} tokens`;
  const told = tokens.filter(({ nats }) => nats === null).length;
  const { player, model: own } = natsByMaker;
  const parts = [
    ...(player === undefined ? [] : [`the player's ${player.toFixed(3)}`]),
    ...(own === undefined ? [] : [`its own ${own.toFixed(3)}`]),
  ];
  const by = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return `${title}: ${shown}, which cost ${model} (plugin ${plugin}) ${natsPerToken.toFixed(3)} nats each${by}${told === 0 ? '' : `; ${told} of them are told to it and left out`}`;
}

/** Most surprising tokens that are listed. */
const SURPRISES = 12;

/** A table of the most surprising tokens, the names of its columns first. */
export function surpriseRows({ tokens }: Inspection): string[][] {
  const order = Array.from(tokens.keys()).sort((a, b) => (tokens[b]!.nats ?? 0) - (tokens[a]!.nats ?? 0));
  return [
    ['number', 'token', 'nats', 'expected'],
    ...order.slice(0, SURPRISES).map((index) => {
      const token = tokens[index]!;
      return [
        String(index + 1),
        visible(token.words),
        token.nats?.toFixed(2) ?? 'told',
        choiceWords(token, 3),
      ];
    }),
  ];
}

/** What was expected in place of a token, the likeliest first. */
export function choiceWords({ choices }: InspectedToken, most = choices.length): string {
  return choices
    .slice(0, most)
    .map(({ words, probability }) => `${visible(words)} ${Math.round(100 * probability)} %`)
    .join(', ');
}

/** A table of features and the units that follow them, the names of its columns first. */
export function knowledgeRows({ knowledge }: Inspection): string[][] {
  return [
    ['feature', 'best unit', 'explains', 'by chance', 'r', 'units above chance', 'the next'],
    ...knowledge.map(({ feature, units, threshold, above }) => {
      const [best, ...others] = units;
      const sure = best!.explained > threshold;
      return [
        feature,
        sure ? unitName(best!) : 'none',
        percent(best!.explained),
        percent(threshold),
        sure ? best!.correlation.toFixed(2) : '-',
        String(above),
        others
          .filter(({ explained }) => explained > threshold)
          .map((unit) => `${unitName(unit)} ${percent(unit.explained)}`)
          .join(', ') || '-',
      ];
    }),
  ];
}

/** A unit by layer and number, as --unit takes it. */
export function unitName({ layer, unit }: { readonly layer: number; readonly unit: number }): string {
  return `${layer + 1}:${unit + 1}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Blanks and line ends as signs that can be seen. */
function visible(words: string): string {
  return words.replaceAll('\n', '↵').replace(/^\s+$/, (blank) => '␣'.repeat(blank.length));
}
