import { defineConfig } from 'vite'

export default defineConfig({
  root: 'pages',
  build: { outDir: '../dist/pages', emptyOutDir: true, target: 'esnext' },
})
