// The examples share a page and a market, and each must be a folder that can be copied out alone. So the shared files are
// edited in examples/fastify and copied into the others from there. `--check` copies nothing and fails on a difference.
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const examples = fileURLToPath(new URL('../examples/', import.meta.url))
const shared = ['pages', 'src/market.ts', 'tsconfig.json', 'vite.config.ts']
/** What is copied where, below examples. */
const copies = [
  ...['express', 'koa'].flatMap((copy) => shared.map((path) => [`fastify/${path}`, `${copy}/${path}`])),
  ['fastify/src/market.ts', 'browser/engine/market.ts'],
  ['fastify/pages/style.css', 'browser/pages/style.css'],
]

function filesUnder(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return ['']
  return readdirSync(path, { recursive: true }).filter((file) => statSync(join(path, file)).isFile())
}

const read = (path) => (statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined)

let different = false
for (const [original, copy] of copies) {
  const [from, to] = [join(examples, original), join(examples, copy)]
  if (process.argv[2] === '--check') {
    for (const file of new Set([...filesUnder(from), ...filesUnder(to)])) {
      if (read(join(from, file)) === read(join(to, file))) continue
      console.error(`${join(to, file)} differs from examples/fastify; run: pnpm examples:sync`)
      different = true
    }
  } else {
    rmSync(to, { recursive: true, force: true })
    cpSync(from, to, { recursive: true })
  }
}
if (different) process.exit(1)
