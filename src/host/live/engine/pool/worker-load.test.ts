import { expect, it } from 'vitest';
import { WorkerLoad } from './worker-load.js';

/** A worker that has worked for `share` of each of the last `seconds`. */
function worker(share: number, seconds = 60) {
  const load = new WorkerLoad();
  for (let time = 0; time <= seconds; time++) load.look(share * time, 100 + time);
  return load;
}

it('takes as many sessions as fit into its time at what those that it has cost', () => {
  expect(worker(0.2).room(10, 0)).toBe(20);
  expect(worker(0.2).room(30, 0)).toBe(60);
  expect(worker(0.6).room(30, 0)).toBe(0);
  expect(worker(0.9).room(30, 0)).toBe(0);
});

it('counts sessions that rest as if they played', () => {
  expect(worker(0).room(100, 0)).toBe(20);
  expect(worker(0).room(130, 0)).toBe(0);
  expect(new WorkerLoad().room(0, 0)).toBe(120);
});

it('takes none where its notes are late', () => {
  expect(worker(0.1).room(1, 0.006)).toBe(0);
});

it('follows how busy it is within seconds, and looks no more often than tells anything', () => {
  const load = worker(0.1);
  for (let time = 61; time <= 75; time++) load.look(6 + 0.5 * (time - 60), 100 + time);
  expect(load.busy).toBeGreaterThan(0.45);
  load.look(1000, 175.1);
  expect(load.busy).toBeLessThan(0.5);
});
