import { expect, it } from 'vitest';
import type { MidiMessage } from '../../midi/index.js';
import { monotonic } from './clock.js';
import { Permit, withPermit } from './permit.js';

it('holds without end at first, until what it is set to, and never again once it is revoked', () => {
  const permit = new Permit();
  const elsewhere = new Permit(permit.buffer);
  expect(elsewhere.holds).toBe(true);
  permit.set(monotonic() - 1);
  expect(elsewhere.holds).toBe(false);
  permit.set(monotonic() + 1000);
  expect(elsewhere.holds).toBe(true);
  permit.revoke();
  permit.set(monotonic() + 1000);
  expect([permit.holds, elsewhere.holds]).toEqual([false, false]);
});

it('lets no note begin on a port once it has run out, and lets all that ends notes through', () => {
  const permit = new Permit();
  const sent: MidiMessage[] = [];
  const port = withPermit({ name: 'p', id: null, send: (m) => sent.push(m), close: () => {} }, permit);
  port.send([0x90, 60, 64]);
  permit.revoke();
  port.send([0x91, 62, 64]);
  port.send([0x90, 60, 0]);
  port.send([0x80, 60, 64]);
  port.send([0xb0, 123, 0]);
  expect(sent).toEqual([
    [0x90, 60, 64],
    [0x90, 60, 0],
    [0x80, 60, 64],
    [0xb0, 123, 0],
  ]);
});
