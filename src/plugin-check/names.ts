/** The checks, in the order in which they run. */
export const CHECK_NAMES = [
  'descriptor',
  'round-trips',
  'compose',
  'offline',
  'decode-any',
  'predict-any',
  'determinism',
  'restore',
  'own-state',
  'notes-end',
  'deadline',
  'allocation',
  'corpus',
  'fuzz',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
