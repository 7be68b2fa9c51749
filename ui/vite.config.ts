import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { precompressed } from './building/precompressed.ts';
import { serviceWorker } from './building/service-worker.ts';

const server = process.env['PHOTOSCRIBE_SERVER'] ?? 'http://127.0.0.1:8400';

export default defineConfig({
  plugins: [svelte(), serviceWorker(), precompressed()],
  resolve: {
    alias: {
      $lib: fileURLToPath(new URL('./src/lib', import.meta.url)),
      $pages: fileURLToPath(new URL('./src/pages', import.meta.url)),
    },
  },
  build: {
    outDir: '../src/photoscribe/web/static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // MapLibre is one chunk of 1 MB, loaded with the first map only
  },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
});
