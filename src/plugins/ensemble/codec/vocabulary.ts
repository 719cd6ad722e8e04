import { range, vocabulary } from '../../../plugin/index.js';
import { GESTURES } from '../gestures/gesture.js';
import { FOLLOWERS, followersStep } from './step.js';

/** Permanent name of the codec. */
export const CODEC_ID = 'ensemble-steps';

const nameOf = (gesture: number) => GESTURES[gesture]!.name.toLowerCase();

/**
 * A piece is START and then, for each step, a LEADER token and a FOLLOWERS token: what the leader did in the step that has ended, and what the
 * followers do in the one that begins. LEADER is told to the network and not foretold; it is fed as the packed integer of all four
 * (`joint` in model.json), so that 6,561 classes go in and 729 come out.
 */
export const ensembleVocabulary = vocabulary(`${CODEC_ID} ${GESTURES.map(({ id }) => id).join(' ')}`, [
  range('FOLLOWERS', followersStep.fields, (values) =>
    FOLLOWERS.map((player) => `${player}: ${nameOf(values[player])}`).join(', '),
  ),
  range('LEADER', { leader: GESTURES.length }, ({ leader }) => `leader: ${nameOf(leader)}`),
  range('PIECE', { edge: 1 }, () => 'the piece begins'),
]);

/** The token of a leader's gesture is this and its number; that of the followers' packed integer is the integer itself. */
export const FIRST_LEADER = ensembleVocabulary.token('LEADER', { leader: 0 });
/** Fed before a piece. */
export const START = ensembleVocabulary.token('PIECE', { edge: 0 });
