import { TablecastError } from '../error.js'
import { stringToJson } from '../write/json-cells.js'
import { floatToJson, integerToText } from '../write/number-text.js'
import { ADDRESS, CellTable, type Read, type Target } from './cell-table.js'
import type { Cells } from './cells.js'
import { type JsonNode, JsonNumber, JsonObject, NO_NAMES, nodeKind, parseNode } from './json-node.js'
import { JsonScanner } from './json-scanner.js'
import type { ListFlatten } from './read.js'

/** More rows than a table may have: expansion is the only way in that multiplies an input's size. */
const MAX_ROWS = 0xffffffff
/** Cells that one read may expand to. A short text can ask for far more than any memory holds. */
const MAX_CELLS = 200_000_000

/** Reads an array of objects, some with nested values: objects become columns `a.b`, arrays become rows. */
export function readNestedRows(text: string, target: Target, mode: ListFlatten): Read {
  const document = parseNode(new JsonScanner(text))
  if (!Array.isArray(document) || !(document[0] instanceof JsonObject))
    throw new TablecastError('invalid-data', NO_NAMES)
  const expansion = new Expansion(target, mode)
  const rows = document.map((row, at) => {
    if (row instanceof JsonObject) return row
    throw new TablecastError('invalid-data', `Row ${at} is not an object`)
  })
  if (target.schema === null) expansion.inferRows(rows)
  expansion.checkIndex()
  for (const row of rows) expansion.fillRow(row)
  return expansion.table.finish()
}

/** As `readNestedRows`, for objects one after the other. */
export function readNestedNdjson(text: string, target: Target, mode: ListFlatten): Read {
  const scanner = new JsonScanner(text)
  const expansion = new Expansion(target, mode)
  while (scanner.peek() >= 0) {
    const row = parseNode(scanner)
    if (!(row instanceof JsonObject)) {
      throw new TablecastError('invalid-data', `Received non-object ${nodeKind(row)}`)
    }
    if (expansion.table.rows === 0) {
      if (target.schema === null) expansion.inferRows([row])
      expansion.checkIndex()
    }
    expansion.fillRow(row)
  }
  return expansion.table.finish()
}

/** Reads an object of arrays, some with nested values. */
export function readNestedColumns(text: string, target: Target, mode: ListFlatten): Read {
  const document = parseNode(new JsonScanner(text))
  if (!(document instanceof JsonObject)) throw new TablecastError('invalid-data', NO_NAMES)
  const columns = document.members.map(([name, cells]): [string, JsonNode[]] => {
    if (!Array.isArray(cells)) throw new TablecastError('invalid-data', 'Malformed column')
    if (cells.length === 0) throw new TablecastError('invalid-data', "Can't create table from empty columns")
    return [name, cells]
  })
  const expansion = new Expansion(target, mode)
  if (target.schema === null) expansion.inferColumns(columns)
  expansion.checkIndex()
  if (target.schema === null) for (const [name, cells] of columns) expansion.discover(name, cells)
  const rows = Math.max(...columns.map(([, cells]) => cells.length))
  for (let row = 0; row < rows; row++) {
    // A column that is shorter has no cell here, which is not the same as a null.
    const members = columns.flatMap(([name, cells]): [string, JsonNode][] =>
      row < cells.length ? [[name, cells[row]!]] : [],
    )
    expansion.fillRow(new JsonObject(members), ` in row ${row}`)
  }
  return expansion.table.finish()
}

class Expansion {
  readonly table: CellTable
  readonly #mode: ListFlatten
  /** Paths that lead through an array: their values differ between the rows of one object. */
  readonly #perElement = new Set<string>()
  #cells = 0

  constructor(target: Target, mode: ListFlatten) {
    this.table = new CellTable(target)
    this.#mode = mode
  }

  /** Finds the columns and their types, as the reference does: of an array only the first element counts. */
  inferRows(rows: readonly JsonObject[]): void {
    const literal = new Set<string>()
    const descended = new Set<string>()
    const known = new Set<string>()
    for (const row of rows) {
      for (const [key, value] of row.members) {
        this.#firstLeaves(key, value, false, (path, leaf, throughArray) => {
          const isKey = path === key
          ;(isKey ? literal : descended).add(path)
          if (throughArray) this.#perElement.add(path)
          this.table.column(path)
          if (this.#inferLeaf(path, leaf)) known.add(path)
        })
      }
      if (known.size === new Set([...literal, ...descended]).size) break
    }
    for (const path of literal) {
      if (!descended.has(path)) continue
      throw new TablecastError('invalid-data', `Column \`${path}\` is both a key and the flattened path of an object\n`)
    }
    this.table.endInference()
  }

  inferColumns(columns: readonly (readonly [string, readonly JsonNode[]])[]): void {
    for (const [name, cells] of columns) {
      let known = false
      let leaf = false
      for (const cell of cells) {
        leaf ||= !this.#isNested(cell)
        this.#firstLeaves(name, cell, false, (path, value, throughArray) => {
          if (throughArray) this.#perElement.add(path)
          if (this.#inferLeaf(path, value)) known = true
        })
        if (known) break
      }
      if (known || !leaf) continue
      const found = this.table.column(name)!
      found.becomeText()
      this.table.settle(found)
    }
    this.table.endInference()
  }

  /** Gives the columns that inference did not see their places, by their first values: as in the reference, column by column. */
  discover(path: string, value: JsonNode): void {
    if (value instanceof JsonObject) {
      for (const [name, child] of value.members) this.discover(`${path}.${name}`, child)
    } else if (Array.isArray(value) && this.#mode !== 'stringify') {
      for (const element of value) this.discover(path, element)
    } else if (value !== null) {
      this.#inferLeaf(path, value)
    }
  }

  /** Rows made of one object share what does not come from an array; that must not be their key. */
  checkIndex(): void {
    if (this.#perElement.size === 0) return
    const { schema, index } = this.table.target
    const cartesian = this.#mode === 'cartesian' && this.#perElement.size > 1
    const repeats = (name: string) => cartesian || !this.#perElement.has(name)
    const repeated =
      index !== null && repeats(index)
        ? index
        : schema === null && this.table.has(ADDRESS) && repeats(ADDRESS)
          ? ADDRESS
          : null
    if (repeated === null) return
    throw new TablecastError(
      'invalid-data',
      `Cannot ${schema === null ? 'create' : 'update'} a Table indexed on \`${repeated}\` from an expanded array.\n`,
    )
  }

  /** Puts the rows that an object expands to; `where` ends the text of a failed zip. */
  fillRow(row: JsonObject, where = ''): void {
    const widths = row.members.map(([, value]) => this.#width(value))
    const width = this.#combinedWidth(row, widths, where)
    this.#cells += width * row.members.length
    if (this.table.rows + width > MAX_ROWS || this.#cells > MAX_CELLS) {
      throw new TablecastError(
        'limit-exceeded',
        `Array expansion produced ${this.table.rows + width} rows, which exceeds the maximum supported size\n`,
      )
    }
    for (let k = 0; k < width; k++) {
      this.#emitMembers(row, widths, '', k, width)
      this.table.endRow()
    }
  }

  #emitMembers(node: JsonObject, widths: readonly number[], prefix: string, k: number, width: number): void {
    // Mixed radix: under `cartesian` the last member varies fastest.
    let stride = width
    for (let at = 0; at < node.members.length; at++) {
      const [name, value] = node.members[at]!
      const own = widths[at]!
      let slot = own > 1 ? k : 0
      if (this.#mode === 'cartesian') {
        stride /= own
        slot = Math.floor(k / stride) % own
      }
      this.#emit(prefix === '' ? name : `${prefix}.${name}`, value, slot, own)
    }
  }

  #emit(path: string, value: JsonNode, k: number, width: number): void {
    if (value instanceof JsonObject) {
      this.#emitMembers(
        value,
        value.members.map(([, child]) => this.#width(child)),
        path,
        k,
        width,
      )
    } else if (Array.isArray(value) && this.#mode !== 'stringify') {
      if (width === value.length) {
        this.#emit(path, value[k]!, 0, 1)
        return
      }
      let rest = k
      for (const element of value) {
        const own = this.#width(element)
        if (rest < own) {
          this.#emit(path, element, rest, own)
          return
        }
        rest -= own
      }
      this.#put(path, null)
    } else {
      this.#put(path, value)
    }
  }

  #put(path: string, leaf: JsonNode): void {
    // A column that inference did not see comes with its first value.
    const isNew = this.table.target.schema === null && !this.table.has(path)
    if (isNew && leaf === null) return
    const cells = this.table.column(path)
    if (cells === null) return
    putLeaf(cells, this.table.rows, leaf)
    this.table.settle(cells)
  }

  #isNested(value: JsonNode): boolean {
    return value instanceof JsonObject || (this.#mode !== 'stringify' && Array.isArray(value))
  }

  #width(value: JsonNode): number {
    if (value instanceof JsonObject) {
      return this.#combinedWidth(
        value,
        value.members.map(([, child]) => this.#width(child)),
        '',
      )
    }
    if (this.#mode === 'stringify' || !Array.isArray(value)) return 1
    let total = 0
    for (const element of value) total += this.#width(element)
    return Math.max(total, 1)
  }

  #combinedWidth(node: JsonObject, widths: readonly number[], where: string): number {
    if (this.#mode === 'cartesian') return widths.reduce((product, width) => product * width, 1)
    let width = 1
    let witness = ''
    for (let at = 0; at < widths.length; at++) {
      const own = widths[at]!
      if (own === 1) continue
      const name = node.members[at]![0]
      if (width !== 1 && own !== width) {
        throw new TablecastError(
          'invalid-data',
          `Cannot zip \`${witness}\` (${width}) and \`${name}\` (${own}) of differing length${where}; use the \`cartesian\` list flatten mode.\n`,
        )
      }
      width = own
      witness = name
    }
    return width
  }

  #firstLeaves(
    path: string,
    value: JsonNode,
    throughArray: boolean,
    visit: (path: string, leaf: JsonNode, throughArray: boolean) => void,
  ): void {
    if (value instanceof JsonObject) {
      for (const [name, child] of value.members) this.#firstLeaves(`${path}.${name}`, child, throughArray, visit)
    } else if (Array.isArray(value) && this.#mode !== 'stringify') {
      if (value.length > 0) this.#firstLeaves(path, value[0]!, true, visit)
    } else {
      visit(path, value, throughArray)
    }
  }

  /** Gives the column of `path` the type of `leaf`; true when it has one. */
  #inferLeaf(path: string, leaf: JsonNode): boolean {
    if (leaf === null) return this.table.has(path) && this.table.column(path)!.storage !== null
    const cells = this.table.column(path)!
    if (cells.storage === null) {
      putLeaf(cells, 0, leaf)
      cells.rewind()
      this.table.settle(cells)
    }
    return true
  }
}

function putLeaf(cells: Cells, row: number, leaf: JsonNode): void {
  if (leaf === null) cells.putNull(row)
  else if (typeof leaf === 'boolean') cells.putBoolean(row, leaf)
  else if (typeof leaf === 'string') cells.putText(row, leaf)
  else if (leaf instanceof JsonNumber) cells.putNumber(row, leaf.value, leaf.integer, leaf.exact)
  else cells.putJson(row, nodeToJson(leaf))
}

function nodeToJson(node: JsonNode): string {
  if (node === null || typeof node === 'boolean') return String(node)
  if (typeof node === 'string') return stringToJson(node)
  if (node instanceof JsonNumber) {
    if (node.exact !== null) return String(node.exact)
    return node.integer ? integerToText(node.value, 0) : floatToJson(node.value)
  }
  if (Array.isArray(node)) return `[${node.map(nodeToJson).join(',')}]`
  return `{${node.members.map(([name, value]) => `${stringToJson(name)}:${nodeToJson(value)}`).join(',')}}`
}
