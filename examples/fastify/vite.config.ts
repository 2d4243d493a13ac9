import { defineConfig } from 'vite'

export default defineConfig({
  root: 'pages',
  build: {
    outDir: '../dist/pages',
    emptyOutDir: true,
    rolldownOptions: { input: ['index', 'replicated', 'editing', 'superstore'].map((page) => `pages/${page}.html`) },
    // The viewer's bundles use top-level await.
    target: 'esnext',
    // The WebAssembly is one file of its own size; there is nothing to split further.
    chunkSizeWarningLimit: 4_000,
  },
})
