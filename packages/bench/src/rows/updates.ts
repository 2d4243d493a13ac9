import { toArrow, trades } from '../data.js'
import { type PairRow, type PeerView, sameCalls } from '../row.js'
import { buffer, loadMarket } from './market.js'

const UPDATES = 100

/** Waits until a view has told of so many updates. */
async function counted(view: PeerView): Promise<{ reached(count: number): Promise<void>; deltas(): number }> {
  let seen = 0
  let wake: (() => void) | null = null
  await view.on_update(
    () => {
      seen++
      wake?.()
    },
    { mode: 'row' },
  )
  return {
    async reached(count) {
      while (seen < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    deltas: () => seen,
  }
}

function updateRow(name: string, floor: number, index: string | undefined): PairRow {
  return sameCalls(name, floor, async (client) => {
    const table = await loadMarket(client, index === undefined ? {} : { index })
    const view = await table.view({ group_by: ['symbol'], columns: ['price', 'quantity'] })
    const updates = await counted(view)
    let round = 0
    let made: ArrayBuffer[] = []
    return {
      before() {
        made = Array.from({ length: UPDATES }, (_, i) => {
          const first = index === undefined ? 1_000_000 + (round * UPDATES + i) * 1000 : (i * 7919 * 10) % 999_000
          return buffer(toArrow(trades(1000, round * UPDATES + i + 7, first)))
        })
        round++
      },
      async run() {
        const goal = updates.deltas() + UPDATES
        for (const bytes of made) await table.update(bytes)
        await updates.reached(goal)
      },
      async answer() {
        return JSON.stringify(await view.to_columns())
      },
    }
  })
}

/** On 100,000 rows: to make a hundred views on a million takes the reference two minutes, and what is measured comes after. */
function fanOutRow(name: string, floor: number): PairRow {
  return sameCalls(name, floor, async (client) => {
    const table = await loadMarket(client, { rows: 100_000 })
    const views: PeerView[] = []
    const counts: Awaited<ReturnType<typeof counted>>[] = []
    for (let i = 0; i < 100; i++) {
      const view = await table.view({ group_by: ['symbol'], columns: ['price', 'quantity'] })
      views.push(view)
      counts.push(await counted(view))
    }
    let round = 0
    let bytes: ArrayBuffer
    return {
      before() {
        bytes = buffer(toArrow(trades(1000, ++round, 1_000_000 + round * 1000)))
      },
      async run() {
        await table.update(bytes)
        for (const count of counts) await count.reached(round)
      },
      async answer() {
        return JSON.stringify(await views[round % 100]!.to_columns())
      },
    }
  })
}

export const updateRows: readonly PairRow[] = [
  updateRow('100 updates of 1,000 rows appended', 5, undefined),
  updateRow('100 updates of 1,000 rows, keys existing', 5, 'id'),
  fanOutRow('100 equal views, one update of 1,000 rows', 50),
]
