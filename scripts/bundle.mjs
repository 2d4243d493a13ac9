// The end of a package's build: its own modules in one file per entry of its `exports`, and what entries share in
// `dist/chunks`. Whoever imports the package then opens a handful of files, not hundreds: that is most of the time to a
// first table. Dependencies stay imports, the text stays readable, and declarations stay tsc's, one per source.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { build } from 'rolldown'

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))

// Nothing of an earlier build may stay: the names of chunks follow their content.
for (const file of readdirSync('dist', { recursive: true })) if (file.endsWith('.js')) rmSync(`dist/${file}`)

await build({
  input: Object.values(exports).map((entry) => entry.import.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
  // What is named, and has no path (a drive's letter is one).
  external: /^[@\w][^:]/,
  tsconfig: true,
  transform: { target: 'es2023' },
  output: { dir: 'dist', chunkFileNames: 'chunks/[name]-[hash].js', minify: false, minifyInternalExports: false },
  logLevel: 'warn',
})
