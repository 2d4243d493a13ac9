// `pnpm --filter testing push-soak`: a thousand sessions of a hundred users for a minute, dropping and coming back at
// random, while messages are pushed to components, users and everybody. Checks that every session got each of its
// messages once and in order, or was told of a gap where one is missing. Prints JSON; fails when a message is missing
// without a gap, comes twice or out of order. SECONDS, SEED and NOT_KEPT (the share pushed with ttl 0) can be set.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as later } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { listen } from '@tablecast/gateway'
import { PushHub } from '@tablecast/push'
import { PushClient } from '@tablecast/push/client'
import { WebSocket } from 'ws'

const sessions = 1000
const users = 100
const components = 5
const pushesPerSecond = 100
const dropsPerSecond = 40
const seconds = Number(process.env['SECONDS'] ?? 60)
const notKept = Number(process.env['NOT_KEPT'] ?? 0)
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)

let state = seed
/** From 0 up to `n`, exclusive (mulberry32). */
function random(n: number): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n)
}

interface Pushed {
  readonly offset: number
  readonly userid: string | undefined
  readonly compid: string | undefined
}

interface Page {
  readonly userid: string
  readonly compid: string
  readonly client: PushClient
  socket: WebSocket | undefined
  opens: number
  state: string
  readonly got: number[]
  /** Announced gaps: what may be missing is after `after`, up to `through`. */
  readonly gaps: { readonly after: number; readonly through: number }[]
}

// The pages run in a process of their own, so that neither side's work holds up the other's.
const port = process.argv[2]
await (port === undefined ? serve() : visit(`ws://127.0.0.1:${port}/socket`))

async function serve(): Promise<void> {
  const hub = new PushHub({ trustQuery: true })
  const many = 1e6
  const limits = { socketsPerAddress: many, handshakesPerSecond: many, pendingHandshakes: many }
  const server = await listen({ port: 0, endpoints: { '/socket': hub }, limits })
  const pushed: Pushed[] = []
  const push = (address: { userid?: string; compid?: string }, ttl?: number) => {
    const { offset } = hub.push({ ...address, data: `message ${pushed.length}`, ttl })
    pushed.push({ offset, userid: address.userid, compid: address.compid })
  }
  const env = { ...process.env, SEED: String(seed + 1) }
  const pages = fork(fileURLToPath(import.meta.url), [String(server.port)], { env })
  await once(pages, 'message')
  const rss = process.memoryUsage.rss()
  const start = performance.now()
  while (performance.now() - start < seconds * 1000) {
    const due = ((performance.now() - start) / 1000) * pushesPerSecond
    // A machine too slow for the pace gets a turn of its event loop all the same.
    for (let burst = 0; burst < 10 && pushed.length < due; burst++) {
      const userid = `user ${random(users)}`
      const kind = random(20)
      const address = kind === 0 ? {} : kind < 12 ? { userid } : { userid, compid: `component ${random(components)}` }
      push(address, random(1000) < notKept * 1000 ? 0 : undefined)
    }
    await later(5)
  }
  push({})
  pages.send(pushed)
  const [report] = await once(pages, 'message')
  const megabytesMore = Math.round((process.memoryUsage.rss() - rss) / 1e6)
  console.log(JSON.stringify({ seed, seconds, sessions, users, megabytesMore, ...report }, null, 2))
  process.exitCode = report.wrong === 0 && report.received > 0 ? 0 : 1
  pages.kill()
  await server.close()
}

async function visit(url: string): Promise<void> {
  const pages = Array.from({ length: sessions }, (_, index) => open(url, index))
  while (pages.some(({ opens }) => opens === 0)) await later(50)
  process.send?.('open')
  const told = once(process, 'message')
  let over = false
  void told.then(() => {
    over = true
  })
  const start = performance.now()
  let drops = 0
  while (!over) {
    for (; drops < ((performance.now() - start) / 1000) * dropsPerSecond; drops++) {
      pages[random(sessions)]!.socket?.terminate()
    }
    await later(5)
  }
  const [pushed] = (await told) as [Pushed[]]
  const last = pushed.at(-1)!.offset
  const deadline = performance.now() + 40_000
  while (pages.some(({ got }) => got.at(-1) !== last) && performance.now() < deadline) await later(50)
  process.send?.({ pushed: pushed.length, drops, ...check(pages, pushed) })
}

function open(url: string, index: number): Page {
  const page = { userid: `user ${index % users}`, compid: `component ${Math.floor(index / users) % components}` }
  const rest = {
    socket: undefined as WebSocket | undefined,
    opens: 0,
    state: '',
    got: [] as number[],
    gaps: [] as Page['gaps'][number][],
  }
  class Watched extends WebSocket {
    constructor(url: string) {
      super(url)
      rest.socket = this
    }
  }
  const client = new PushClient(url, {
    ...page,
    WebSocket: Watched,
    onMessage: (_, { offset }) => rest.got.push(offset),
    onGap: (_, through) => rest.gaps.push({ after: rest.got.at(-1) ?? 0, through }),
    onState: (now, code) => {
      if (now === 'open') rest.opens++
      rest.state = `${now} ${code ?? ''}`
    },
  })
  return Object.assign(rest, page, { client })
}

function check(pages: readonly Page[], pushed: readonly Pushed[]) {
  let expected = 0
  let received = 0
  let announced = 0
  const wrong: string[] = []
  for (const { userid, compid, got, gaps } of pages) {
    const mine = pushed.filter((p) => (p.userid ?? userid) === userid && (p.compid ?? compid) === compid)
    const seen = new Set(got)
    expected += mine.length
    received += got.length
    if (seen.size !== got.length) wrong.push(`${userid} ${compid}: a message came twice`)
    if (got.some((offset, i) => i > 0 && offset < got[i - 1]!)) wrong.push(`${userid} ${compid}: out of order`)
    for (const { offset } of mine) {
      if (seen.has(offset)) continue
      if (gaps.some(({ after, through }) => offset > after && offset <= through)) announced++
      else wrong.push(`${userid} ${compid}: ${offset} is missing without a gap`)
    }
    if (got.length > mine.length) wrong.push(`${userid} ${compid}: got what is not for it`)
  }
  const states: Record<string, number> = {}
  for (const { state } of pages) states[state] = (states[state] ?? 0) + 1
  return {
    reconnects: pages.reduce((sum, { opens }) => sum + opens - 1, 0),
    expected,
    received,
    missingWithinAnnouncedGaps: announced,
    gaps: pages.reduce((sum, { gaps }) => sum + gaps.length, 0),
    states,
    wrong: wrong.length,
    firstWrong: wrong.slice(0, 5),
  }
}
