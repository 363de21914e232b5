import { viteCommonjs } from '@originjs/vite-plugin-commonjs';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  // Two packages ask for modules of Node by name; these are the same for a browser.
  resolve: { alias: { events: 'events/', url: 'url/' } },
  plugins: [viteCommonjs()],
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    chunkSizeWarningLimit: 1e5,
    rollupOptions: {
      input: { cornerstone: 'cornerstone.html', dwv: 'dwv.html' },
      external: ['@icr/polyseg-wasm'],
    },
  },
});
