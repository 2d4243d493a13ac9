import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const packages = fileURLToPath(new URL('./packages/', import.meta.url))

/** Tests run on source: every export of every package is aliased from its built file back to its source file. */
function sourceAliases() {
  return readdirSync(packages).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(`${packages}${folder}/package.json`, 'utf8'))
    return Object.entries<string | { import: string }>(manifest.exports ?? {}).flatMap(([entry, target]) => {
      const built = typeof target === 'string' ? target : target.import
      if (!built.startsWith('./dist/')) return []
      return {
        find: new RegExp(`^${manifest.name}${entry.slice(1)}$`),
        replacement: `${packages}${folder}/${built.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`,
      }
    })
  })
}

export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    include: ['packages/*/{src,tests}/**/*.test.ts', 'examples/*/{src,tests}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
