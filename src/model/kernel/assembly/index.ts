export { crossEntropy, distribution, draw } from './sampler';
