import { Dictionary, Int32, makeVector, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { seeded } from './random.js'

/** The bench's trades, by column. Prices are quarters, so that sums are exact whatever the order they are made in. */
export interface Trades {
  readonly id: Int32Array
  readonly price: Float64Array
  readonly quantity: Int32Array
  /** Codes in `SYMBOLS`, `SIDES`, `VENUES`. */
  readonly symbol: Int32Array
  readonly side: Int32Array
  readonly venue: Int32Array
}

export const SYMBOLS = Array.from({ length: 500 }, (_, i) => `SYM${String(i).padStart(3, '0')}`)
export const SIDES = ['buy', 'sell']
export const VENUES = Array.from({ length: 20 }, (_, i) => `VENUE${String.fromCharCode(65 + i)}`)

/** `rows` trades with ids from `firstId`; the same for the same arguments. */
export function trades(rows: number, seed = 42, firstId = 0): Trades {
  const random = seeded(seed)
  const made: Trades = {
    id: new Int32Array(rows),
    price: new Float64Array(rows),
    quantity: new Int32Array(rows),
    symbol: new Int32Array(rows),
    side: new Int32Array(rows),
    venue: new Int32Array(rows),
  }
  for (let i = 0; i < rows; i++) {
    made.id[i] = firstId + i
    made.price[i] = Math.floor(random() * 400) / 4
    made.quantity[i] = 1 + Math.floor(random() * 1000)
    made.symbol[i] = Math.floor(random() * SYMBOLS.length)
    made.side[i] = Math.floor(random() * SIDES.length)
    made.venue[i] = Math.floor(random() * VENUES.length)
  }
  return made
}

/** Trades as an Arrow IPC stream; strings as dictionaries. */
export function toArrow(of: Trades): Uint8Array {
  const text = (codes: Int32Array, values: string[]) => {
    const dictionary = vectorFromArray(values, new Utf8())
    return makeVector({ data: codes, dictionary, type: new Dictionary(new Utf8(), new Int32()) })
  }
  const table = new Table({
    id: makeVector(of.id),
    price: makeVector(of.price),
    quantity: makeVector(of.quantity),
    symbol: text(of.symbol, SYMBOLS),
    side: text(of.side, SIDES),
    venue: text(of.venue, VENUES),
  })
  return tableToIPC(table, 'stream')
}

/** Trades as row objects. */
export function toRows(of: Trades): Record<string, unknown>[] {
  return Array.from(of.id, (id, i) => ({
    id,
    price: of.price[i]!,
    quantity: of.quantity[i]!,
    symbol: SYMBOLS[of.symbol[i]!]!,
    side: SIDES[of.side[i]!]!,
    venue: VENUES[of.venue[i]!]!,
  }))
}

/** Trades as CSV text; about 40 bytes a row. */
export function toCsv(of: Trades): string {
  const lines = ['id,price,quantity,symbol,side,venue']
  for (let i = 0; i < of.id.length; i++) {
    const [symbol, side, venue] = [SYMBOLS[of.symbol[i]!], SIDES[of.side[i]!], VENUES[of.venue[i]!]]
    lines.push(`${of.id[i]},${of.price[i]},${of.quantity[i]},${symbol},${side},${venue}`)
  }
  return `${lines.join('\n')}\n`
}
