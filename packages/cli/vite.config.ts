import { defineConfig } from 'vite'

export default defineConfig({
  root: 'page',
  base: './',
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    // The page holds other people's work: their licences go with it.
    license: { fileName: 'licenses.md' },
    // The viewer's bundles use top-level await.
    target: 'esnext',
    // The WebAssembly is one file of its own size; there is nothing to split further.
    chunkSizeWarningLimit: 4_000,
  },
})
