import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from './index.js';

const logitsOf = (predictor: ReturnType<typeof open>) => {
  const logits = new Float32Array(388);
  predictor.predict(logits);
  return logits;
};
const likeliest = (logits: Float32Array) => logits.indexOf(Math.max(...logits));

test('what came next before is the likeliest to come next', () => {
  const predictor = open();
  for (const token of [60, 260, 62, 261, 60, 260]) predictor.feed(token);
  assert.equal(likeliest(logitsOf(predictor)), 62);
});

test('a moment that was gone back to is the same, to the bit', () => {
  const predictor = open();
  for (const token of [60, 260, 62]) predictor.feed(token);
  const moment = predictor.snapshot();
  const before = logitsOf(predictor);
  for (const token of [261, 60, 260]) predictor.feed(token);
  predictor.restore(moment);
  assert.deepEqual(logitsOf(predictor), before);
});
