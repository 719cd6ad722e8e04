import { TakeLibrary } from '../../host/takes/library/library.js';
import { TakeDesk } from '../../host/takes/library/take-desk.js';

/** The takes of a host that has none. */
export const noTakes = new TakeDesk(new TakeLibrary('/nowhere'));
