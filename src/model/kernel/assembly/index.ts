export { cacheMix, cacheProject, cacheWeigh } from './cache';
export { gruReset, gruUpdate, lstm, rnn } from './cells';
export { copy, gatherFloat32, gatherInt16 } from './gather';
export { dotOnly, readOnce } from './limit';
export { productFloat32, productInt8 } from './product';
export { distribution, draw, maskShares, normaliser } from './sampler';
