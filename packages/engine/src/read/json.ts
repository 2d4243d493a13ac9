import { encodeUtf8 } from '../columns/utf8.js'
import { TablecastError } from '../error.js'
import { CellTable, type Read, type Target } from './cell-table.js'
import type { Cells } from './cells.js'
import { readNestedColumns, readNestedNdjson, readNestedRows } from './json-nested.js'
import { NO_NAMES, nodeKind, parseNode } from './json-node.js'
import { JsonScanner } from './json-scanner.js'
import type { ListFlatten } from './read.js'

/**
 * Reads the text of an array of objects, straight into columns. Text with a nested value anywhere is read once more in
 * the way that can expand it: rows multiply, and columns are named by paths.
 */
export function readJsonRows(text: string, target: Target, flatten: ListFlatten): Read {
  const scanner = new JsonScanner(text)
  if (!scanner.takeArray()) throw shapeOrSyntax(scanner)
  const table = new CellTable(target)
  const row = new RowReader(scanner, table)
  if (!scanner.takeArrayEnd()) {
    do {
      if (!scanner.takeObject()) {
        throw table.rows === 0
          ? shapeOrSyntax(scanner)
          : scanner.malformed(`expected row ${table.rows} to be an object`)
      }
      if (!row.read()) return readNestedRows(text, target, flatten)
    } while (scanner.takeComma())
    if (!scanner.takeArrayEnd()) throw scanner.malformed('expected "," or "]"')
  }
  expectEnd(scanner)
  return table.finish()
}

/** Reads JSON objects one after the other. */
export function readNdjson(text: string, target: Target, flatten: ListFlatten): Read {
  const scanner = new JsonScanner(text)
  const table = new CellTable(target)
  const row = new RowReader(scanner, table)
  while (scanner.peek() >= 0) {
    if (!scanner.takeObject()) throw notAnObject(scanner)
    if (!row.read()) return readNestedNdjson(text, target, flatten)
    // The reference infers from the first record alone.
    if (table.rows === 1) table.endInference()
  }
  return table.finish()
}

/** Reads the text of an object of arrays. */
export function readJsonColumns(text: string, target: Target, flatten: ListFlatten): Read {
  const scanner = new JsonScanner(text)
  if (!scanner.takeObject()) throw shapeOrSyntax(scanner)
  const table = new CellTable(target)
  if (!scanner.takeObjectEnd()) {
    do {
      const name = scanner.string()
      scanner.expectColon()
      if (!scanner.takeArray()) throw new TablecastError('invalid-data', 'Malformed column')
      if (scanner.takeArrayEnd()) throw new TablecastError('invalid-data', "Can't create table from empty columns")
      const cells = table.column(name)
      let at = 0
      do {
        if (!scanner.scalar(cells, at++)) return readNestedColumns(text, target, flatten)
      } while (scanner.takeComma())
      if (!scanner.takeArrayEnd()) throw scanner.malformed('expected "," or "]"')
      if (cells !== null) {
        if (cells.storage === null) cells.becomeText()
        table.settle(cells)
      }
      table.rows = Math.max(table.rows, at)
    } while (scanner.takeComma())
    if (!scanner.takeObjectEnd()) throw scanner.malformed('expected "," or "}"')
  }
  expectEnd(scanner)
  return table.finish()
}

/** Reads row objects, guessing that each has the keys of the one before, in that order. */
class RowReader {
  readonly #scanner: JsonScanner
  readonly #table: CellTable
  /** By place: the key as JSON with its colon, in UTF-8. */
  #keys: { readonly quoted: Uint8Array; readonly cells: Cells | null }[] = []

  constructor(scanner: JsonScanner, table: CellTable) {
    this.#scanner = scanner
    this.#table = table
  }

  /** The members of an object whose brace is passed. False when a value is nested. */
  read(): boolean {
    const scanner = this.#scanner
    const table = this.#table
    const { rows } = table
    if (!scanner.takeObjectEnd()) {
      let at = 0
      do {
        const cells = this.#key(at++)
        if (!scanner.scalar(cells, rows)) return false
        if (cells !== null && !cells.placed) table.settle(cells)
      } while (scanner.takeComma())
      if (!scanner.takeObjectEnd()) throw scanner.malformed('expected "," or "}"')
    }
    table.endRow()
    return true
  }

  /** Past a key and its colon. */
  #key(at: number): Cells | null {
    const guess = this.#keys[at]
    if (guess !== undefined && this.#scanner.takeKey(guess.quoted)) return guess.cells
    const name = this.#scanner.string()
    this.#scanner.expectColon()
    const cells = this.#table.column(name)
    this.#keys[at] = { quoted: encodeUtf8(`${JSON.stringify(name)}:`), cells }
    return cells
  }
}

/** For what is well-formed but no table, the reference's text. */
function shapeOrSyntax(scanner: JsonScanner): TablecastError {
  try {
    JSON.parse(scanner.text)
  } catch {
    return scanner.malformed('expected a table')
  }
  return new TablecastError('invalid-data', NO_NAMES)
}

function notAnObject(scanner: JsonScanner): TablecastError {
  return new TablecastError('invalid-data', `Received non-object ${nodeKind(parseNode(scanner))}`)
}

function expectEnd(scanner: JsonScanner): void {
  if (scanner.peek() >= 0) throw scanner.malformed('expected the end')
}
