import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'web-ui/src/**/*.test.ts', 'test/**/*.test.ts'],
    // The tests that cross rooms start real processes (Chromium, an ALSA machine); the unit tests need none of this.
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two at a time: the machines of CI are small, and a starved browser is a flaky one.
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: 'test-report.json' }]],
  },
});
