import type { CheckName } from '../names.js';
import type { Finding } from '../result.js';
import type { Subject } from '../subject.js';
import { checkAllocation } from './allocation.js';
import { checkCompose } from './compose.js';
import { type CorpusOptions, checkCorpus } from './corpus.js';
import { checkDeadline } from './deadline.js';
import { checkDecodeAny } from './decode-any.js';
import { checkDescriptor } from './descriptor.js';
import { checkDeterminism } from './determinism.js';
import { type FuzzOptions, fuzz } from './fuzz.js';
import { checkNotesEnd } from './notes-end.js';
import { checkOffline } from './offline.js';
import { checkOwnState } from './own-state.js';
import { checkPredictAny } from './predict-any.js';
import { checkRestore } from './restore.js';
import { checkRoundTrips } from './round-trips.js';

type Check = (subject: Subject, options: FuzzOptions & CorpusOptions) => Finding | Promise<Finding>;

/** The checks by their names. */
export const CHECKS: Readonly<Record<CheckName, Check>> = {
  descriptor: checkDescriptor,
  'round-trips': checkRoundTrips,
  compose: checkCompose,
  offline: checkOffline,
  'decode-any': checkDecodeAny,
  'predict-any': checkPredictAny,
  determinism: checkDeterminism,
  restore: checkRestore,
  'own-state': checkOwnState,
  'notes-end': checkNotesEnd,
  deadline: checkDeadline,
  allocation: checkAllocation,
  corpus: checkCorpus,
  fuzz,
};
