import { SYMBOLS, trades } from '../data.js'
import { connect, type PairRow, type State } from '../row.js'
import { loadMarket } from './market.js'

const ROWS = 1_000_000

/** Symbol and three sums, as both sides tell them. */
type Sums = readonly [symbol: string, price: number, quantity: number, id: number]

async function openOurs(): Promise<State> {
  const client = await connect('ours')
  const table = await loadMarket(client)
  return {
    async run(): Promise<Sums[]> {
      const view = await table.view({ group_by: ['symbol'], columns: ['price', 'quantity', 'id'] })
      const { __ROW_PATH__, price, quantity, id } = (await view.to_columns()) as Record<string, unknown[]>
      await view.delete()
      // The first row is the total.
      return (__ROW_PATH__ as string[][])
        .map(([symbol], i) => [symbol!, price![i], quantity![i], id![i]] as unknown as Sums)
        .slice(1)
    },
    answer: (sums) => JSON.stringify(sums),
  }
}

/** DuckDB on one thread, the table in memory, the query prepared anew each time as the view is. */
async function openDuckDb(): Promise<State> {
  const { DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const db = await instance.connect()
  await db.run('CREATE TABLE trades (symbol VARCHAR, price DOUBLE, quantity INTEGER, id INTEGER)')
  const appender = await db.createAppender('trades')
  const { symbol, price, quantity, id } = trades(ROWS)
  const CHUNK = 2048
  for (let from = 0; from < ROWS; from += CHUNK) {
    const to = Math.min(from + CHUNK, ROWS)
    const chunk = DuckDBDataChunk.create([VARCHAR, DOUBLE, INTEGER, INTEGER], to - from)
    chunk.setColumns([
      Array.from(symbol.subarray(from, to), (code) => SYMBOLS[code]!),
      [...price.subarray(from, to)],
      [...quantity.subarray(from, to)],
      [...id.subarray(from, to)],
    ])
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  return {
    async run() {
      const reader = await db.runAndReadAll(
        'SELECT symbol, sum(price), sum(quantity)::DOUBLE, sum(id)::DOUBLE FROM trades GROUP BY symbol ORDER BY symbol',
      )
      return reader.getRows()
    },
    answer: (sums) => JSON.stringify(sums),
  }
}

export const duckDbRow: PairRow = {
  name: 'group by symbol, three sums: DuckDB',
  floor: 1,
  peer: 'DuckDB, one thread',
  open: (side) => (side === 'ours' ? openOurs() : openDuckDb()),
}
