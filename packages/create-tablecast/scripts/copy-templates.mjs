// Puts the examples into dist/templates. Their `@tablecast` dependencies become the versions they were built with.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const templates = fileURLToPath(new URL('../dist/templates/', import.meta.url))
const left = new Set(['node_modules', 'dist', '.turbo'])
const json = (path) => JSON.parse(readFileSync(path, 'utf8'))
const versions = new Map(
  readdirSync(join(root, 'packages')).map((folder) => {
    const { name, version } = json(join(root, 'packages', folder, 'package.json'))
    return [name, version]
  }),
)

rmSync(templates, { recursive: true, force: true })
for (const name of ['fastify', 'express', 'koa']) {
  const to = join(templates, name)
  cpSync(join(root, 'examples', name), to, { recursive: true, filter: (path) => !left.has(basename(path)) })
  const manifest = json(join(to, 'package.json'))
  for (const dependency of Object.keys(manifest.dependencies)) {
    const version = versions.get(dependency)
    if (version !== undefined) manifest.dependencies[dependency] = `^${version}`
  }
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
