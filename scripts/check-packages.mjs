// `pnpm packages:check`: packs every published package and looks at what a stranger would get. publint and attw say
// whether it can be imported by everybody; the rest is what they do not look at: that no tests are packed, and no maps of
// files that are not there.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = fileURLToPath(new URL('../', import.meta.url))
const { packageManager, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const home = mkdtempSync(join(tmpdir(), 'tablecast-packages-'))
const exec = promisify(execFile)

/** What an earlier build left in dist, and no source makes any more, would be packed too. */
function removeLeftovers(folder) {
  const dist = join(root, 'packages', folder, 'dist')
  for (const file of existsSync(dist) ? readdirSync(dist, { recursive: true }) : []) {
    const source = /^(?!page\/|templates\/|chunks\/)(.*?)(\.d\.ts|\.js)$/.exec(file)?.[1]
    if (source === undefined || existsSync(join(root, 'packages', folder, 'src', `${source}.ts`))) continue
    rmSync(join(dist, file))
    console.log(`packages/${folder}/dist/${file} is removed: its source is gone`)
  }
}

async function problemsOf(folder) {
  const dir = join(root, 'packages', folder)
  const manifest = manifestOf(folder)
  const problems = []
  if (manifest.repository?.url !== repository.url || manifest.repository?.directory !== `packages/${folder}`) {
    problems.push("repository: must be the root's, with the package's directory")
  }
  if (!existsSync(join(dir, 'README.md'))) problems.push('there is no README.md')

  // As `npm install` lays it out.
  const tarball = join(home, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
  const to = join(home, folder)
  mkdirSync(to)
  await exec('tar', ['-xzf', tarball, '-C', to])
  const installed = join(to, 'package')
  const files = readdirSync(installed, { recursive: true }).filter((file) => statSync(join(installed, file)).isFile())
  for (const file of files) {
    if (/\.(test|bench)\.|tsbuildinfo|\.map$/.test(file)) problems.push(`${file} has no place in a package`)
  }

  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false })
  problems.push(...messages.map((message) => `publint: ${formatMessage(message, pkg)}`))
  // A package with nothing but a command has no types to be wrong.
  if (manifest.exports['.'] !== undefined || Object.keys(manifest.exports).length > 1) {
    const attw = join(root, 'node_modules/.bin/attw')
    const flags = ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color']
    await exec(attw, [tarball, ...flags]).catch(({ stdout, stderr }) => problems.push(`attw: ${stdout}${stderr}`))
  }
  console.log(`${manifest.name}: ${files.length} files${problems.length === 0 ? '' : ','}`)
  for (const problem of problems) console.error(`  ${problem}`)
  return problems
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
const folders = readdirSync(join(root, 'packages')).filter((folder) => manifestOf(folder).private !== true)
try {
  folders.forEach(removeLeftovers)
  await exec('npx', ['--yes', packageManager, '-r', 'pack', '--pack-destination', home], { cwd: root })
  const found = await Promise.all(folders.map(problemsOf))
  if (found.flat().length > 0) process.exitCode = 1
} finally {
  rmSync(home, { recursive: true })
}
