/** Content encodings, in order of preference. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * Chooses the available encoding with the highest weight in Accept-Encoding; of equals the preferred one. Without the header, or if
 * all are refused, it is `identity` (RFC 9110, 12.5.3).
 */
export function chooseEncoding(
  accept: string | undefined,
  there: { has(encoding: Encoding): boolean },
): Encoding {
  const weights = new Map<string, number>();
  for (const part of (accept ?? '').toLowerCase().split(',')) {
    const [coding = '', ...params] = part.split(';').map((word) => word.trim());
    const q = params.find((param) => /^q=/.test(param));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (coding !== '') weights.set(coding, weight >= 0 && weight <= 1 ? weight : 0);
  }
  // `identity` is acceptable unless refused, but any listed encoding is preferred.
  const weightOf = (encoding: Encoding) =>
    weights.get(encoding) ??
    (encoding === 'identity' ? (weights.get('*') ?? 1) * 1e-6 : (weights.get('*') ?? 0));
  const [best = 'identity'] = ENCODINGS.filter(
    (encoding) => there.has(encoding) && weightOf(encoding) > 0,
  ).sort((a, b) => weightOf(b) - weightOf(a));
  return best;
}
