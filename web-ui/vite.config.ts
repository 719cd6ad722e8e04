import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: {
    outDir: '../dist/web-ui',
    emptyOutDir: true,
    target: 'es2022',
    // One script, no helper for old browsers: nothing is inlined, as the host's content policy asks.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
