import { defaultClientConditions, defineConfig } from 'vite';
import { compressedCopies } from './compressed-copies.js';
import { packedAssets } from './packed-assets.js';

/** The page itself; the server serves what is built here at `/`. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // onnxruntime's script and WebAssembly stay files of their own, loaded when something is folded here
    conditions: ['source', 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
  },
  plugins: [compressedCopies()],
  worker: { format: 'es', plugins: () => [packedAssets()] },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
