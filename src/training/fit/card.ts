import type { NetworkSpec } from '../../model/spec.js';
import { bestOf, type FitResult } from './fit.js';
import type { Material } from './material.js';
import type { FitSettings } from './settings.js';

/** The network that a training began with. */
interface Origin {
  readonly id: string;
  /** 16 hex digits. */
  readonly hash: string;
  readonly corpus: string;
  readonly licence: string;
}

export interface CardFacts {
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly origin: Origin | undefined;
  readonly material: Material;
  readonly settings: FitSettings;
  readonly result: FitResult;
  /** Nats a token of the held-out part, with the weights as written (float16). */
  readonly written: number;
  /** The tfjs backend that trained it. */
  readonly backend: string;
}

/** The card of a model that was trained here: README.md. */
export function card(facts: CardFacts): string {
  const { name, origin, material, settings, result } = facts;
  const { seconds, tokens, curve } = result;
  const first = curve[0]!;
  const rows: [string, string][] = [
    [
      'codec',
      `\`${material.metadata.codec}\`, ${material.size} classes, vocabulary ${material.metadata.vocabularyHash}`,
    ],
    ['network', networkWords(facts.spec)],
    [
      'began as',
      origin
        ? `trained further from \`${origin.id}\` (${origin.hash}; ${origin.corpus})`
        : `from scratch, seed ${settings.seed}`,
    ],
    ['licence', licenceWords(facts)],
    [
      'corpus',
      `${material.corpus}: ${amount(material.train)} to train on, ${amount(material.valid)} held out`,
    ],
    ['split', material.split],
    [
      'training',
      `${duration(seconds)}, ${tokens} tokens, ${bestOf(curve).epoch.toFixed(1)} of ${settings.epochs} epochs until the best, on tfjs (${facts.backend}); ${ENDINGS[result.ended]}`,
    ],
    [
      'held out',
      `**${facts.written.toFixed(4)} nats a token** (float16 weights, the network alone), before ${first.natsPerToken.toFixed(4)}`,
    ],
    ['settings', settingsWords(settings)],
  ];
  return `# ${name}

Trained by \`continuo train\`.

| | |
|---|---|
${rows.map(([key, value]) => `| ${key} | ${value.replaceAll('|', '\\|')} |`).join('\n')}

## Learning curve

| epoch | tokens | minutes | trained on, nats a token | held out, nats a token |
|---|---|---|---|---|
${curve
  .map(
    (point) =>
      `| ${point.epoch.toFixed(1)} | ${point.tokens} | ${(point.seconds / 60).toFixed(1)} | ${point.trainNatsPerToken?.toFixed(4) ?? ''} | ${point.natsPerToken.toFixed(4)} |`,
  )
  .join('\n')}
`;
}

const ENDINGS: Readonly<Record<FitResult['ended'], string>> = {
  epochs: 'ran to its end',
  early: 'ended early, since it got no better',
  time: 'ended when its time was over',
  stopped: 'stopped; the same command goes on',
};

/** The terms of use, which follow from its music and from the model that it began with. */
export function licenceWords({ origin, material }: Pick<CardFacts, 'origin' | 'material'>): string {
  const own = `corpus ${material.corpus}: ${material.licence}`;
  return origin ? `trained further from ${origin.id}, whose terms apply: ${origin.licence}; ${own}` : own;
}

function networkWords({ inputClasses, embedding, layers, outputClasses }: NetworkSpec): string {
  const cells = layers.map(({ cell, units }) => `${cell.toUpperCase()} ${units}`).join(', ');
  const input = embedding > 0 ? `Embedding ${inputClasses} x ${embedding}` : `one-hot ${inputClasses}`;
  return `${input}, ${cells}, Dense ${outputClasses} (logits); tfjs LayersModel, float16`;
}

function amount(pieces: Material['train']): string {
  const tokens = pieces.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  const notes = pieces.reduce((sum, piece) => sum + piece.notes, 0);
  return `${pieces.length} ${pieces.length === 1 ? 'piece' : 'pieces'} (${tokens} tokens, ${notes} notes)`;
}

function settingsWords(settings: FitSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
