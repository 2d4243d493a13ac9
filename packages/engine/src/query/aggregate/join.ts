import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import type { NodeRows } from '../group/node-rows.js'
import { scalarText } from '../group/scalar-text.js'
import { DistinctValues } from './distinct.js'
import type { Kernel } from './kernel.js'

/** The reference's bound of a joined text, in bytes, separators counted. */
const MAX_JOIN_BYTES = 280

/** The distinct values as text, in order, `, ` between them, as many as fit. */
export class JoinKernel implements Kernel {
  readonly storage = 'string'
  readonly #source: Storage
  readonly #values: DistinctValues

  constructor(source: Storage) {
    this.#source = source
    this.#values = new DistinctValues(source)
  }

  begin(columns: readonly Column[]): void {
    this.#values.begin(columns[0]!)
  }

  gather(rows: NodeRows, count: number): void {
    this.#values.gather(rows, count)
  }

  release(): void {
    this.#values.release()
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const values = this.#values
    const found = values.locate(rows, from, to)
    const distinct: number[] = []
    for (let i = 0; i < to - from; i++) if (values.meet(found[i]!) === 1) distinct.push(found[i]!)
    const places = values.keys.places()
    distinct.sort((a, b) => places[a]! - places[b]!)
    let text = ''
    let bytes = 0
    for (const key of distinct) {
      const part = scalarText(this.#source, values.keys.value(key))
      const length = utf8Length(part)
      if (bytes + length > MAX_JOIN_BYTES) break
      if (bytes > 0 || key !== distinct[0]) {
        text += ', '
        bytes += 2
      }
      text += part
      bytes += length
    }
    out.set(at, text)
  }
}

function utf8Length(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Half of a pair stands for two of its four bytes.
    if (unit >= 0x80) length += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return length
}
