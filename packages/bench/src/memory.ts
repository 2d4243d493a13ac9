/**
 * Whether memory stays flat while a table ticks: `pnpm --filter @tablecast/bench memory [rows] [feed]`. Feeds tables whose
 * size does not grow, and compares the memory in use around a tenth of the rows with that towards the end.
 */
import { Server } from '@tablecast/core'

const BATCH = 1000
/** Rows that a table holds. */
const HELD = 20_000
/**
 * Readings behind each of the two figures, spread over a twentieth of the rows: memory goes up and down with what waits to
 * be compacted, and one reading tells where in that it was taken.
 */
const READINGS = 10
/** How much more memory may be in use at the end. */
const GROWTH = 1.1

interface Feed {
  readonly name: string
  readonly options: { readonly limit: number } | { readonly index: string }
  /** Whether rows are removed again, the oldest first. */
  readonly removes: boolean
}

const feeds: readonly Feed[] = [
  { name: 'limit, ever new strings', options: { limit: HELD }, removes: false },
  { name: 'string index, rows inserted and removed', options: { index: 'key' }, removes: true },
  { name: 'integer index, rows inserted and removed', options: { index: 'id' }, removes: true },
]

function used(): number {
  if (globalThis.gc === undefined) throw new Error('no garbage collector to call: run with node --expose-gc')
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Memory in use, in bytes, while the second twentieth of the rows comes, and while the last one does. */
async function measure({ options, removes }: Feed, rows: number): Promise<readonly [number, number]> {
  const client = new Server().new_local_client()
  const schema = { id: 'integer', key: 'string', text: 'string', value: 'float', at: 'datetime' } as const
  const table = await client.table(schema, options)
  const views = [
    await table.view({ sort: [['value', 'desc']] }),
    await table.view({ group_by: ['bucket'], columns: ['value'], expressions: { bucket: 'floor("value" / 100)' } }),
  ]
  let told = 0
  for (const view of views) await view.on_update(() => told++, { mode: 'row' })
  const keyName = 'index' in options ? options.index : null
  const keyOf = (row: number) => (keyName === 'id' ? row : `key ${row}`)
  let [early, late] = [0, 0]
  const pause = rows / 20 / READINGS
  for (let from = 0; from < rows; from += BATCH) {
    const ids = Array.from({ length: BATCH }, (_, i) => from + i)
    await table.update({
      id: ids,
      key: ids.map((id) => `key ${id}`),
      text: ids.map((id) => `a text that never comes again, ${id}`),
      value: ids.map((id) => (id * 7919) % 1000),
      at: ids,
    })
    if (removes && from >= HELD) await table.remove(ids.map((id) => keyOf(id - HELD)))
    const done = from + BATCH
    if (done % pause > 0) continue
    if (done > rows / 20 && done <= rows / 10) early += used() / READINGS
    else if (done > rows - rows / 20) late += used() / READINGS
  }
  for (const view of views) await view.to_arrow()
  if (told === 0 || (await table.size()) > HELD + BATCH) throw new Error('the table does not do what it should')
  return [early, late]
}

const rows = Number(process.argv[2] ?? 10_000_000)
const wanted = process.argv[3] ?? ''
let grown = 0
for (const feed of feeds.filter(({ name }) => name.includes(wanted))) {
  const [early, late] = await measure(feed, rows)
  const growth = late / early
  if (growth > GROWTH) grown++
  const sizes = [early, late].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(' → ')
  console.log(`${growth > GROWTH ? 'GROWS' : 'flat '}  ${sizes} (× ${growth.toFixed(3)})  ${feed.name}`)
}
process.exit(grown > 0 ? 1 : 0)
