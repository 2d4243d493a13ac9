import { defineConfig } from 'vite'

export default defineConfig({
  root: 'pages',
  build: {
    outDir: '../dist/pages',
    emptyOutDir: true,
    // The viewer's bundles use top-level await.
    target: 'esnext',
    // The viewer's WebAssembly is one file of its own size; there is nothing to split further.
    chunkSizeWarningLimit: 4_000,
  },
  worker: { format: 'es' },
})
