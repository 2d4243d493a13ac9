// The end of a package's build: its modules in one file per entry of its `exports`, and what entries share in
// `dist/chunks`. Whoever imports the package then opens a handful of files, not hundreds: that is most of the time to a
// first table. Dependencies stay imports; what is a dependency of development only is bundled too, with its licence in
// `dist/licences.txt`. The text stays readable, and declarations stay tsc's, one per source.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'rolldown'

const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

// Nothing of an earlier build may stay: the names of chunks follow their content.
for (const file of readdirSync('dist', { recursive: true })) if (file.endsWith('.js')) rmSync(`dist/${file}`)

const imported = Object.keys({ ...dependencies, ...peerDependencies })
const { output } = await build({
  input: Object.values(exports).map((entry) => entry.import.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
  external: (id) => imported.some((name) => id === name || id.startsWith(`${name}/`)),
  tsconfig: true,
  transform: { target: 'es2023' },
  output: { dir: 'dist', chunkFileNames: 'chunks/[name]-[hash].js', minify: false, minifyInternalExports: false },
  logLevel: 'warn',
})
const licences = licencesOf(output.flatMap(({ moduleIds = [] }) => moduleIds))
if (licences !== '') writeFileSync('dist/licences.txt', licences)

/** By package the licences of those bundled: its licence and notice, and the heads of its modules, each once. */
function licencesOf(modules) {
  const texts = new Map()
  for (const file of modules.filter((id) => id.includes('node_modules'))) {
    const folder = packageOf(file)
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const title = `${name} ${version}, ${license}`
    if (!texts.has(title)) {
      const files = readdirSync(folder).filter((each) => /^(licen[cs]e|notice)/i.test(each))
      texts.set(title, new Set(files.map((each) => readFileSync(join(folder, each), 'utf8').trim())))
    }
    const [head] = /^(\/\/.*\n)*/.exec(readFileSync(file, 'utf8'))
    if (/licen[cs]e|copyright/i.test(head)) texts.get(title).add(head.trim())
    if (texts.get(title).size === 0) throw new Error(`${name} is bundled, but ${file} and its package have no licence`)
  }
  return [...texts].map(([title, each]) => [title, ...each].join('\n\n')).join(`\n\n${'-'.repeat(80)}\n\n`)
}

/** The folder of the package that a file is of: the nearest with a manifest that names it. */
function packageOf(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version !== undefined) return folder
  }
}
