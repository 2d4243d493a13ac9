/** Command line of the oracle. `pnpm --filter testing oracle --help` */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Case } from './case.js'
import { type Category, categories, generate, isCategory } from './generators/index.js'
import { judge, type Phase } from './judge.js'
import { Report } from './report.js'
import { type ServerName, servers } from './servers.js'
import { type WeightName, weights } from './weights.js'
import type { WorkerJob, WorkerMessage } from './worker.js'

const help = `Compares servers on generated cases, driven by the real client.

  --category NAME     ${categories.join(', ')}; several with commas; default all
  --seeds A-B         default 1-200
  --self              the real engine against itself: shows what it does not repeat
  --linked            ours with its engine over a link, as it is in a worker
  --weight NAME=P     a probability of src/oracle/weights.ts, may be repeated
  --show N            differences printed per signature, default 1
  --no-shrink         print cases as generated
  --dump              print the case of the first seed and stop
  --case FILE         run one case from a JSON file
`

/** Longer than any case takes; then the process is taken for hung. */
const patience = 15_000

const { values: args } = parseArgs({
  options: {
    category: { type: 'string' },
    seeds: { type: 'string', default: '1-200' },
    self: { type: 'boolean', default: false },
    linked: { type: 'boolean', default: false },
    weight: { type: 'string', multiple: true, default: [] },
    show: { type: 'string', default: '1' },
    'no-shrink': { type: 'boolean', default: false },
    dump: { type: 'boolean', default: false },
    case: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function chosenWeights(): Partial<Record<WeightName, number>> {
  const entries = args.weight.map((text) => {
    const [name = '', value = ''] = text.split('=')
    if (!(name in weights)) throw new Error(`no weight ${name}; there are ${Object.keys(weights).join(', ')}`)
    return [name, Number(value)]
  })
  return Object.fromEntries(entries)
}

function chosenCategories(): Category[] {
  if (!args.category) return categories
  return args.category.split(',').map((name) => {
    if (!isCategory(name)) throw new Error(`no category ${name}; there are ${categories.join(', ')}`)
    return name
  })
}

/** Runs part of a job in a child process; gives the seed to go on from. */
function runChild(job: WorkerJob, report: Report): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let current = job.from
    let phase: Phase = 'real'
    let next = job.to + 1
    let errors = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk).slice(-2000)
    })
    const hang = () => {
      report.crash(current, 'no answer in time', phase)
      next = current + 1
      child.kill('SIGKILL')
    }
    let timer = setTimeout(hang, patience)
    child.on('message', (message: WorkerMessage) => {
      clearTimeout(timer)
      timer = setTimeout(hang, patience)
      if (message.kind === 'start') ({ seed: current, phase } = message)
      else if (message.kind === 'verdict') report.add(message.seed, message.verdict, message.minimal)
      else next = message.next
    })
    child.on('exit', (code) => {
      clearTimeout(timer)
      if (code) {
        report.crash(current, /^.*Error: .*$/m.exec(errors)?.[0] ?? errors.slice(-200), phase)
        next = current + 1
      }
      resolve(next)
    })
    child.send(job)
  })
}

async function runCategory(category: Category, from: number, to: number, against: ServerName): Promise<Report> {
  const report = new Report(category, Number(args.show))
  const job = { category, to, against, weights: chosenWeights(), shrink: !args['no-shrink'] }
  for (let next = from; next <= to; ) next = await runChild({ ...job, from: next, seen: report.signatures() }, report)
  report.print()
  return report
}

async function main(): Promise<number> {
  if (args.help) {
    console.log(help)
    return 0
  }
  const against: ServerName = args.self ? 'real' : args.linked ? 'linked' : 'ours'
  if (args.case) {
    const testCase: Case = JSON.parse(readFileSync(args.case, 'utf8'))
    const verdict = await judge(testCase, servers[against])
    console.log(JSON.stringify(verdict, null, 2))
    return verdict.outcome === 'different' ? 1 : 0
  }
  const [from = 1, to = from] = args.seeds.split('-').map(Number)
  let failed = 0
  for (const category of chosenCategories()) {
    if (args.dump) console.log(JSON.stringify(generate(category, from, chosenWeights()), null, 1))
    else failed += (await runCategory(category, from, to, against)).different
  }
  return failed ? 1 : 0
}

process.exit(await main())
