import { RE2JS } from 're2js'
import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import type { Dictionary } from '../columns/dictionary.js'
import { columnType, type Scalar } from '../columns/storage.js'
import { compareText } from '../columns/text-order.js'
import type { Binding, ColumnBindings } from './bindings.js'
import type { Filter, FilterOp } from './config.js'
import { coerceTerm, filterOp } from './filter-terms.js'

/** A compiled filter: sets `out[i]` to 1 when the row at `slots[i]` passes, else to 0. */
export type RowFilter = (slots: Uint32Array, out: Uint8Array) => void

/**
 * Compiles filters, whose columns are known to exist, over bound columns; null when there is none. Throws the
 * reference's texts on an unknown operator or a term that does not fit its column.
 */
export function compileFilter(
  bindings: ColumnBindings,
  filters: readonly Filter[],
  op: 'and' | 'or',
): RowFilter | null {
  const tests = filters.map((filter) => compileOne(bindings, filter))
  if (tests.length === 0) return null
  if (tests.length === 1) return tests[0]!
  return (slots, out) => {
    const one = new Uint8Array(slots.length)
    tests[0]!(slots, out)
    for (const test of tests.slice(1)) {
      test(slots, one)
      if (op === 'and') for (let i = 0; i < one.length; i++) out[i]! &= one[i]!
      else for (let i = 0; i < one.length; i++) out[i]! |= one[i]!
    }
  }
}

function compileOne(bindings: ColumnBindings, filter: Filter): RowFilter {
  const binding = bindings.find(filter.column)!
  const op = filterOp(filter.op)
  const terms = filter.terms.map((term) => coerceTerm(binding.storage, term))
  const column = () => bindings.column(binding)
  if (op === 'is null') return (slots, out) => markValid(column(), slots, out, 0)
  if (op === 'is not null') return (slots, out) => markValid(column(), slots, out, 1)
  if (op === 'in' || op === 'not in') return compileBag(column, binding, op === 'in', terms)
  const term = terms[0] ?? null
  if (term === null || (typeof term === 'boolean' && binding.storage !== 'boolean')) {
    return compareKinds(column, op, terms.length > 0)
  }
  if (typeof term === 'string') return compileText(column, op, term)
  return compileNumber(column, op, Number(term))
}

function markValid(column: Column, slots: Uint32Array, out: Uint8Array, whenValid: 0 | 1): void {
  const { valid } = column
  if (valid === null) {
    out.fill(whenValid, 0, slots.length)
    return
  }
  for (let i = 0; i < slots.length; i++) out[i] = getBit(valid, slots[i]!) ? whenValid : 1 - whenValid
}

/**
 * A term of no type (null) or of another type than the column's: unequal to every cell, and by the reference's order of
 * types below every valid one. Without any term there is nothing to be above of.
 */
function compareKinds(column: () => Column, op: FilterOp, hasTerm: boolean): RowFilter {
  if (op === '!=') return (slots, out) => void out.fill(1, 0, slots.length)
  const above = hasTerm && (op === '>' || op === '>=')
  const unlike = hasTerm && op.startsWith('not ') && op !== 'not matches'
  if (above || unlike) return (slots, out) => markValid(column(), slots, out, 1)
  return (slots, out) => void out.fill(0, 0, slots.length)
}

function compileBag(column: () => Column, binding: Binding, wanted: boolean, terms: readonly Scalar[]): RowFilter {
  const bag = new Set(terms.filter((term) => term !== null))
  if (binding.storage === 'string') {
    const passes = perCode((text) => bag.has(text) === wanted)
    return (slots, out) => markCodes(column(), passes, slots, out, wanted ? 0 : 1)
  }
  const numbers = new Set(Array.from(bag, Number))
  const hit = wanted ? 1 : 0
  return (slots, out) => {
    const { data, valid } = column()
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      const found = numbers.has(data[slot]!) && (valid === null || getBit(valid, slot))
      out[i] = found ? hit : 1 - hit
    }
  }
}

/** A predicate on text, remembered by code: 0 not asked yet, 1 fails, 2 passes. */
function perCode(test: (text: string) => boolean): (dictionary: Dictionary, code: number) => boolean {
  let known: Dictionary | null = null
  let answers = new Uint8Array(0)
  return (dictionary, code) => {
    if (dictionary !== known || code >= answers.length) {
      const grown = new Uint8Array(Math.max(dictionary.size, 16) * 2)
      if (dictionary === known) grown.set(answers)
      answers = grown
      known = dictionary
    }
    if (answers[code] === 0) answers[code] = test(dictionary.values[code]!) ? 2 : 1
    return answers[code] === 2
  }
}

function markCodes(
  column: Column,
  passes: (dictionary: Dictionary, code: number) => boolean,
  slots: Uint32Array,
  out: Uint8Array,
  whenNull: 0 | 1,
): void {
  const { data, valid } = column
  const dictionary = column.dictionary!
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    if (valid !== null && !getBit(valid, slot)) out[i] = whenNull
    else out[i] = passes(dictionary, data[slot]!) ? 1 : 0
  }
}

function compileText(column: () => Column, op: FilterOp, term: string): RowFilter {
  const passes = perCode(textTest(op, term))
  return (slots, out) => markCodes(column(), passes, slots, out, op === '!=' ? 1 : 0)
}

function textTest(op: FilterOp, term: string): (text: string) => boolean {
  const lower = lowerAscii(term)
  switch (op) {
    case '==':
      return (text) => text === term
    case '!=':
      return (text) => text !== term
    case '<':
      return (text) => compareText(text, term) < 0
    case '<=':
      return (text) => compareText(text, term) <= 0
    case '>':
      return (text) => compareText(text, term) > 0
    case '>=':
      return (text) => compareText(text, term) >= 0
    case 'begins with':
      return (text) => lowerAscii(text).startsWith(lower)
    case 'not begins with':
      return (text) => !lowerAscii(text).startsWith(lower)
    case 'ends with':
      return (text) => lowerAscii(text).endsWith(lower)
    case 'not ends with':
      return (text) => !lowerAscii(text).endsWith(lower)
    case 'contains':
      return (text) => lowerAscii(text).includes(lower)
    case 'not contains':
      return (text) => !lowerAscii(text).includes(lower)
    default: {
      // Linear time whatever the pattern; a pattern that does not compile matches nothing either way.
      const pattern = compilePattern(term)
      if (pattern === null) return () => false
      return op === 'matches' ? (text) => pattern.test(text) : (text) => !pattern.test(text)
    }
  }
}

function compilePattern(text: string): RE2JS | null {
  try {
    return RE2JS.compile(text)
  } catch {
    return null
  }
}

/** Lower case of A to Z only, as the reference compares. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
}

/** Comparisons with a number; a null cell passes only `!=`, and 0 and -0 differ for equality, as in the reference. */
function compileNumber(column: () => Column, op: FilterOp, term: number): RowFilter {
  return (slots, out) => {
    const { data, valid, storage } = column()
    const n = slots.length
    const isFloat = columnType(storage) === 'float'
    // `Number(condition)` and no `?:` keeps the loops free of branches, which random data would mispredict.
    switch (op) {
      case '==':
      case '!=': {
        const miss = op === '==' ? 0 : 1
        if (isFloat) for (let i = 0; i < n; i++) out[i] = Number(Object.is(data[slots[i]!]!, term)) ^ miss
        else for (let i = 0; i < n; i++) out[i] = Number(data[slots[i]!]! === term) ^ miss
        break
      }
      case '<':
        for (let i = 0; i < n; i++) out[i] = Number(data[slots[i]!]! < term)
        break
      case '>':
        for (let i = 0; i < n; i++) out[i] = Number(data[slots[i]!]! > term)
        break
      case '<=':
        for (let i = 0; i < n; i++) {
          const value = data[slots[i]!]!
          out[i] = Number(value < term) | Number(Object.is(value, term))
        }
        break
      case '>=':
        for (let i = 0; i < n; i++) {
          const value = data[slots[i]!]!
          out[i] = Number(value > term) | Number(Object.is(value, term))
        }
        break
      default:
        // Text operators on other columns: the plain ones never hold, the negated ones always do.
        out.fill(op.startsWith('not ') && op !== 'not matches' ? 1 : 0, 0, n)
    }
    if (valid === null) return
    const whenNull = op === '!=' ? 1 : 0
    for (let i = 0; i < n; i++) if (!getBit(valid, slots[i]!)) out[i] = whenNull
  }
}
