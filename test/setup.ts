import fc from 'fast-check';

/**
 * Random tests draw the same cases each time, so that a change that breaks nothing fails nothing. `CONTINUO_TEST_SEED=random` draws new
 * ones, a number draws those that a failure named.
 */
const seed = process.env.CONTINUO_TEST_SEED ?? '1';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
