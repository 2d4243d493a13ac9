import { Column } from '../../columns/column.js'
import { Dictionary } from '../../columns/dictionary.js'
import type { Scalar } from '../../columns/storage.js'
import { type Keys, markNulls } from './keys.js'
import type { RowChunk } from './row-chunk.js'

/** Keys of a string column: dictionary codes, by a table that is made anew when the column gets another dictionary. */
export class TextKeys implements Keys {
  #dictionary = new Dictionary()
  /** Per code its key, or 0 for a code not met yet. */
  #keys = new Int32Array(0)
  /** Per key its code; -1 for null and for strings that are gone. */
  #codes = Int32Array.of(-1)
  size = 1

  locate(column: Column, rows: RowChunk, out: Int32Array): void {
    const codes = rows.codes(column)
    const keys = this.#keys
    const { count } = rows
    let i = 0
    for (const unrolled = count - 3; i < unrolled; i += 4) {
      const a = keys[codes[i]!]!
      const b = keys[codes[i + 1]!]!
      const c = keys[codes[i + 2]!]!
      const d = keys[codes[i + 3]!]!
      out[i] = a
      out[i + 1] = b
      out[i + 2] = c
      out[i + 3] = d
      if (a === 0 || b === 0 || c === 0 || d === 0) this.#locateNew(codes, i, i + 4, out)
    }
    this.#locateNew(codes, i, count, out)
    if (column.valid !== null) markNulls(column.valid, rows, out)
  }

  places(): Int32Array {
    const ranks = this.#dictionary.ranks()
    const places = new Int32Array(this.size)
    for (let key = 1; key < places.length; key++) {
      const code = this.#codes[key]!
      if (code >= 0) places[key] = ranks[code]! + 1
    }
    return places
  }

  emit(column: Column, keys: Int32Array): Column {
    const out = new Column('string', keys.length, column.dictionary)
    for (let i = 0; i < keys.length; i++) {
      const code = keys[i]! < 0 ? -1 : this.#codes[keys[i]!]!
      if (code < 0) out.setNull(i)
      else out.data[i] = code
    }
    return out
  }

  value(key: number): Scalar {
    const code = this.#codes[key]!
    return code < 0 ? null : this.#dictionary.values[code]!
  }

  compact(used: Uint8Array): Int32Array {
    const map = new Int32Array(this.size)
    let size = 1
    for (let key = 1; key < map.length; key++) {
      const code = this.#codes[key]!
      const keep = used[key] !== 0 && code >= 0
      map[key] = keep ? size : -1
      if (code >= 0) this.#keys[code] = keep ? size : 0
      if (keep) this.#codes[size++] = code
    }
    this.size = size
    return map
  }

  #locateNew(codes: Int32Array, from: number, to: number, out: Int32Array): void {
    for (let i = from; i < to; i++) {
      const key = this.#keys[codes[i]!]!
      out[i] = key !== 0 ? key : this.#add(codes[i]!)
    }
  }

  #add(code: number): number {
    const key = this.size++
    if (key >= this.#codes.length) {
      const codes = new Int32Array(this.#codes.length * 2 + 16)
      codes.set(this.#codes)
      this.#codes = codes
    }
    this.#codes[key] = code
    this.#keys[code] = key
    return key
  }

  follow(column: Column): void {
    const dictionary = column.dictionary!
    if (dictionary !== this.#dictionary) {
      const old = this.#dictionary
      this.#keys = new Int32Array(dictionary.size)
      for (let key = 1; key < this.size; key++) {
        const was = this.#codes[key]!
        const code = was < 0 ? -1 : dictionary.find(old.values[was]!)
        this.#codes[key] = code
        if (code >= 0) this.#keys[code] = key
      }
      this.#dictionary = dictionary
    } else if (dictionary.size > this.#keys.length) {
      const keys = new Int32Array(Math.max(dictionary.size, this.#keys.length * 2))
      keys.set(this.#keys)
      this.#keys = keys
    }
  }
}
