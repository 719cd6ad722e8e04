import { setImmediate as breathe } from 'node:timers/promises';
import { type TapFrame, watchTokens } from '../../model/tap/index.js';
import { type Feature, fieldFeatures, saysTheSame, streamFeatures, textFeatures } from './features.js';
import type { Choice, InspectedPiece, InspectedToken } from './inspection.js';
import { type OpenedPiece, openPiece } from './open-piece.js';
import { INSPECT_DEFAULTS, type InspectOptions } from './options.js';
import { type Activations, type FeatureKnowledge, unitKnowledge } from './unit-knowledge.js';

/**
 * Goes through one piece with a model, and says what each token cost it, what it expected instead, and which of its units follow what of the
 * music. `watch` is called with the share done between steps and may throw. Throws what {@link openPiece} throws.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { inspectionPage, inspectPiece } from 'continuo/evaluation';
 *
 * const piece = await inspectPiece({ path: 'tune.abc' });
 * console.log(piece.inspection.natsPerToken);
 * await writeFile('tune.html', inspectionPage(piece));
 * ```
 */
export async function inspectPiece(
  given: Pick<InspectOptions, 'path'> & Partial<InspectOptions>,
  watch: (share: number) => Promise<void> = () => breathe(),
): Promise<InspectedPiece> {
  const options = { ...INSPECT_DEFAULTS, ...given };
  const piece = await openPiece(options);
  try {
    const walked = await walk(piece, options, watch);
    const features = featuresOf(piece, options.most);
    const knowledge: FeatureKnowledge[] = [];
    for (const [index, feature] of features.entries()) {
      await watch(0.3 + (0.7 * index) / features.length);
      const found = unitKnowledge(feature, walked.activations, options);
      if (found) knowledge.push(found);
    }
    const clearness = ({ units, threshold }: FeatureKnowledge) => units[0]!.explained - threshold;
    const { title, plugin, model, modelHash, codec, engine, tokens, makers } = piece;
    return {
      inspection: {
        ...{ title, plugin, model, modelHash, codec: codec.id, text: isText(piece) },
        length: tokens.length - 1,
        natsPerToken: meanNats(walked.tokens) ?? 0,
        natsByMaker: makers
          ? Object.fromEntries(
              (['player', 'model'] as const).flatMap((maker) => {
                const nats = meanNats(walked.tokens.filter((token) => token.maker === maker));
                return nats === null ? [] : [[maker, nats]];
              }),
            )
          : {},
        tokens: walked.tokens,
        layers: engine.spec.layers,
        knowledge: knowledge.sort((a, b) => clearness(b) - clearness(a)),
      },
      activations: walked.activations,
      features: new Map(features.map(({ name, values }) => [name, values])),
    };
  } finally {
    piece.engine.dispose();
  }
}

function meanNats(tokens: readonly InspectedToken[]): number | null {
  const costs = tokens.flatMap(({ nats }) => (nats === null ? [] : [nats]));
  return costs.length === 0 ? null : costs.reduce((sum, nats) => sum + nats, 0) / costs.length;
}

/** Nats of a token that its engine never foretells where it stands, such as a joined token out of turn. */
const IMPOSSIBLE = 1000;
/** Steps between two looks at whether the user has stopped it. */
const PORTION = 64;

async function walk(
  piece: OpenedPiece,
  { most, choices }: InspectOptions,
  watch: (share: number) => Promise<void>,
): Promise<{ tokens: InspectedToken[]; activations: Activations }> {
  const { engine, makers } = piece;
  const given = piece.tokens.slice(0, most + 1);
  const steps = given.length - 1;
  const layers = engine.spec.layers.map(({ units }) => ({ units, values: new Float32Array(steps * units) }));
  const words = wordsOf(piece);
  const tokens: InspectedToken[] = [];
  for (const frame of watchTokens(engine, given)) {
    const step = frame.position - 1;
    frame.layers.forEach(({ h }, layer) => {
      const { units, values } = layers[layer]!;
      values.set(h.subarray(0, units), step * units);
    });
    const told = piece.told[frame.position]! || frame.nats > IMPOSSIBLE;
    tokens.push({
      token: frame.token,
      words: words(frame.token),
      maker: makers?.[step] ?? null,
      nats: told ? null : frame.nats,
      choices: told ? [] : choicesOf(frame, choices, words),
    });
    if (step % PORTION === 0) await watch((0.3 * step) / steps);
  }
  return { tokens, activations: { steps, layers } };
}

function choicesOf(frame: TapFrame, count: number, words: (token: number) => string): Choice[] {
  const likeliest = frame.choices(count).slice(0, count);
  return likeliest.map(({ token, probability }) => ({ token, words: words(token), probability }));
}

/** What a token means, in words; of text the character. */
function wordsOf(piece: OpenedPiece): (token: number) => string {
  const { codec } = piece;
  if (!isText(piece)) return (token) => codec.vocabulary.describe(token);
  return (token) => String(codec.decode!([token])) || codec.vocabulary.describe(token);
}

/** Whether the codec's pieces are texts. */
function isText({ codec }: OpenedPiece): boolean {
  return typeof codec.decode?.([]) === 'string';
}

/** What the piece is like at each step: what its plugin says, else what a stream and the tokens' fields tell. */
function featuresOf(piece: OpenedPiece, most: number): Feature[] {
  const { codec, stream, features } = piece;
  const tokens = piece.tokens.slice(1, most + 1);
  let all: Feature[];
  if (features) {
    const said = Object.entries(features(codec.id, tokens));
    all = said.map(([name, values]) => ({ name, values: [null, ...values] }));
  } else if (isText(piece)) all = textFeatures(tokens.map((token) => String(codec.decode!([token]))));
  else {
    const heard = stream ? streamFeatures(stream, tokens) : [];
    const fields = fieldFeatures(codec.vocabulary, tokens);
    all = [...heard, ...fields.filter((field) => !heard.some((other) => saysTheSame(field, other)))];
  }
  // The last token's state is looked at by nobody: nothing comes after it.
  return all.map(({ name, values }) => ({ name, values: values.slice(0, tokens.length) }));
}
