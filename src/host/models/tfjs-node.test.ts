import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { kerasNetwork } from '../../model/keras-init.js';
import { openEngine } from '../../model/open.js';
import { teacherForced } from '../../model/testing/parity.js';
import { requireTfjsNode } from './tfjs-node.js';

const installed = (() => {
  try {
    return createRequire(import.meta.url).resolve('@tensorflow/tfjs-node') !== '';
  } catch {
    return false;
  }
})();
const layers = [{ cell: 'lstm', units: 16 }] as const;
const network = kerasNetwork({ inputClasses: 12, embedding: 4, layers, outputClasses: 12 }, 1);

/** An optional package: what can be asked depends on whether this machine has it. */
describe('tfjs-node', () => {
  if (installed) {
    it('gives the reference where it is installed', async () => {
      const engine = await openEngine(network, { engine: 'tfjs-node', requireTfjsNode });
      const reference = await openEngine(network, { engine: 'reference' });
      const { difference, largest } = teacherForced(reference, engine, 1000);
      expect(difference / largest).toBeLessThan(1e-4);
    });
  } else {
    it('says what to do where it is not installed', async () => {
      await expect(openEngine(network, { engine: 'tfjs-node', requireTfjsNode })).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        hint: expect.stringContaining('npm install @tensorflow/tfjs-node'),
      });
    });
  }
});
