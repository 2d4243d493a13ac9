import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { expect, test } from 'vitest'

const KB = 1024
const entry = fileURLToPath(new URL('../client.ts', import.meta.url))
const bundling = {
  entryPoints: [entry],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  write: false,
  metafile: true,
  outdir: 'out',
  // Tests run on source: so does the bundle.
  alias: { '@tablecast/engine/error': fileURLToPath(new URL('../../../engine/src/error.ts', import.meta.url)) },
} as const satisfies BuildOptions

test('A2 the client entry is browser-sized, and brings neither Node nor the engine', async () => {
  // Would fail on an import of a Node module: a browser build has none.
  const { outputFiles, metafile } = await build(bundling)
  const size = gzipSync(outputFiles[0]!.contents).length
  expect(size).toBeLessThan(60 * KB)
  expect(Object.keys(metafile.inputs).filter((file) => file.includes('packages/engine/'))).toEqual([
    expect.stringMatching(/engine\/src\/error\.ts$/),
  ])
})

test('A2 Arrow is loaded by those who ask for typed arrays', async () => {
  const { outputFiles, metafile } = await build({ ...bundling, splitting: true })
  const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith('client.ts'))!
  expect(first.imports.filter(({ kind }) => kind === 'import-statement')).toEqual([])
  const client = outputFiles.find(({ path }) => path.endsWith('/client.js'))!
  expect(gzipSync(client.contents).length).toBeLessThan(20 * KB)
})
