import type { Column } from '../../columns/column.js'
import { Dictionary } from '../../columns/dictionary.js'

/** Codes in a pool for the codes of one column's dictionary, kept for as long as the dictionary is the column's. */
interface Mapping {
  dictionary: Dictionary
  /** By column code; covers the first `known` of them. */
  codes: Int32Array
  known: number
}

/** Strings a pool may hold before it is thrown away between two computations. */
const MAX_STRINGS = 1 << 20

/**
 * The strings that an expression works with, columns' and made ones, each under one code: equal strings have equal
 * codes, and what is computed from a string is computed once.
 */
export class StringPool {
  /** Counts how often the pool was emptied; whatever is remembered by code is of one generation. */
  generation = 0
  #dictionary = new Dictionary()
  readonly #inputs = new Map<string, Mapping>()
  #output: Mapping | null = null

  /** To be called before a computation: lets go of strings when there are many. */
  start(): void {
    if (this.#dictionary.size <= MAX_STRINGS) return
    this.generation++
    this.#dictionary = new Dictionary()
    this.#inputs.clear()
    this.#output = null
  }

  get size(): number {
    return this.#dictionary.size
  }

  text(code: number): string {
    return this.#dictionary.values[code]!
  }

  code(text: string): number {
    return this.#dictionary.add(text)
  }

  /** For each code of a column, the code here. Valid until the column's dictionary grows. */
  inputCodes(name: string, column: Column): Int32Array {
    const dictionary = column.dictionary!
    let mapping = this.#inputs.get(name)
    if (mapping === undefined || mapping.dictionary !== dictionary) {
      mapping = { dictionary, codes: new Int32Array(dictionary.size), known: 0 }
      this.#inputs.set(name, mapping)
    }
    extend(mapping, dictionary.size)
    for (; mapping.known < dictionary.size; mapping.known++) {
      mapping.codes[mapping.known] = this.#dictionary.add(dictionary.values[mapping.known]!)
    }
    return mapping.codes
  }

  /** For codes here, the codes in an output column's dictionary; -1 where it is not known yet, for `outputCode`. */
  outputCodes(column: Column): Int32Array {
    const dictionary = column.dictionary!
    if (this.#output === null || this.#output.dictionary !== dictionary) {
      this.#output = { dictionary, codes: new Int32Array(0), known: 0 }
    }
    const known = this.#output.codes.length
    extend(this.#output, this.#dictionary.size)
    this.#output.codes.fill(-1, known)
    return this.#output.codes
  }
}

function extend(mapping: Mapping, size: number): void {
  if (size <= mapping.codes.length) return
  const codes = new Int32Array(Math.max(size, mapping.codes.length * 2))
  codes.set(mapping.codes)
  mapping.codes = codes
}
