/** Command line of the reference-suite runner. `pnpm --filter testing reference-suite --help` */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ServerName } from '../oracle/servers.js'
import { isPart, type Part, parts } from './files.js'
import { runSuite, type SuiteResults } from './run-suite.js'

const help = `Runs the reference's own JavaScript tests with the real client, on the real engine and on our server.

  CHECKOUT            a folder with the reference repository's rust/perspective-js/test (see README.md)
  --part NAME         ${Object.keys(parts).join(', ')}; several with commas; default all
  --file PATTERN      instead of a part: spec files by glob, below rust/perspective-js/test/js
  --only real|ours    one server alone
  --json FILE         also write everything as JSON
  --quiet             no names of tests
`

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string', default: Object.keys(parts).join(',') },
    file: { type: 'string', multiple: true },
    only: { type: 'string' },
    json: { type: 'string' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** One line of the table. */
interface Row {
  part: string
  file: string
  passReal: number
  passOurs: number
  /** Tests that pass on the real engine and not on ours, with what ours said. */
  missing: { name: string; error: string }[]
}

const passed = (tests: Map<string, { state: string }> | undefined) =>
  [...(tests?.values() ?? [])].filter((test) => test.state === 'passed').length

function rowsOf(part: string, real: SuiteResults, ours: SuiteResults): Row[] {
  const files = [...new Set([...real.keys(), ...ours.keys()])].sort()
  return files.map((file) => {
    const [onReal, onOurs] = [real.get(file), ours.get(file)]
    const missing = [...(onReal ?? [])]
      .filter(([name, test]) => test.state === 'passed' && onOurs?.get(name)?.state !== 'passed')
      .map(([name]) => ({ name, error: onOurs?.get(name)?.error ?? onOurs?.get('(file)')?.error ?? 'did not run' }))
    return { part, file, passReal: passed(onReal), passOurs: passed(onOurs), missing }
  })
}

function print(rows: Row[]): void {
  if (!args.quiet)
    for (const { file, missing } of rows)
      for (const { name, error } of missing) console.log(`${file} > ${name}\n    ${error}`)
  console.log('\n real  ours  missing  file')
  const line = (real: number, ours: number, missing: number, text: string) =>
    console.log(`${String(real).padStart(5)} ${String(ours).padStart(5)} ${String(missing).padStart(8)}  ${text}`)
  for (const row of rows) line(row.passReal, row.passOurs, row.missing.length, `${row.part}: ${row.file}`)
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
  for (const part of new Set(rows.map((row) => row.part))) {
    const own = (of: (row: Row) => number) => sum((row) => (row.part === part ? of(row) : 0))
    line(
      own((row) => row.passReal),
      own((row) => row.passOurs),
      own((row) => row.missing.length),
      `all of ${part}`,
    )
  }
}

async function main(): Promise<number> {
  const [checkout] = positionals.filter((text) => text !== '--')
  if (args.help || !checkout) {
    console.log(help)
    return args.help ? 0 : 2
  }
  const run = async (server: ServerName, patterns: readonly string[]): Promise<SuiteResults> =>
    args.only && args.only !== server ? new Map() : runSuite(checkout, patterns, server)
  const chosen: [string, readonly string[]][] = args.file
    ? [['file', args.file]]
    : args.part.split(',').map((name) => {
        if (!isPart(name)) throw new Error(`no part ${name}; there are ${Object.keys(parts).join(', ')}`)
        return [name, parts[name satisfies Part]]
      })
  const rows: Row[] = []
  for (const [part, patterns] of chosen)
    rows.push(...rowsOf(part, await run('real', patterns), await run('ours', patterns)))
  print(rows)
  if (args.json) writeFileSync(args.json, JSON.stringify(rows, null, 2))
  return rows.some((row) => row.missing.length) ? 1 : 0
}

process.exit(await main())
