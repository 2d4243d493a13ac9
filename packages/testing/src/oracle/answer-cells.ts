import type { ReadFormat } from './case.js'

/** A read as cells, whatever its format: texts, `null` for null. Names may repeat. */
export interface AnswerCells {
  readonly names: readonly string[]
  /** The types an Arrow answer names, by column. */
  readonly types: readonly string[]
  /** By row its cells. */
  readonly rows: readonly (readonly string[])[]
}

type Members = (readonly [name: string, value: JsonValue])[]
type JsonValue = string | JsonValue[] | { readonly members: Members }

const token = /\s*("(?:[^"\\]|\\.)*"|[^\s,:[\]{}]+|[[\]{},:])/y

/** Reads JSON as it is written: scalars as their text, of an object every member, also when a name repeats. */
function parseJson(text: string): JsonValue {
  token.lastIndex = 0
  const next = () => token.exec(text)?.[1] ?? ''
  const value = (first: string): JsonValue => {
    if (first === '[') {
      const items: JsonValue[] = []
      for (let part = next(); part !== ']' && part !== ''; part = next()) if (part !== ',') items.push(value(part))
      return items
    }
    if (first !== '{') return first
    const members: Members = []
    for (let part = next(); part !== '}' && part !== ''; part = next()) {
      if (part === ',') continue
      next()
      members.push([JSON.parse(part), value(next())])
    }
    return { members }
  }
  return value(next())
}

const flat = (value: JsonValue): string => {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? `[${value.map(flat).join(',')}]` : `{${value.members.map(([, of]) => flat(of))}}`
}

const membersOf = (value: JsonValue): Members => (typeof value === 'object' && 'members' in value ? value.members : [])

function fromRows(rows: readonly JsonValue[]): AnswerCells {
  const names = rows[0] === undefined ? [] : membersOf(rows[0]).map(([name]) => name)
  return { names, types: [], rows: rows.map((row) => membersOf(row).map(([, cell]) => flat(cell))) }
}

function fromColumns(names: readonly string[], columns: readonly (readonly string[])[], types: readonly string[] = []) {
  const rows = Array.from(columns[0] ?? [], (_, row) => columns.map((cells) => cells[row] ?? ''))
  return { names, types, rows }
}

function fromCsv(text: string): AnswerCells {
  const lines = text.match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g) ?? []
  const [head = [], ...rows] = lines.map((ended) => {
    const line = ended.slice(0, -1)
    // Each cell after a comma, so that an empty one is found, too.
    return Array.from(`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g), ([, cell]) => cell || 'null')
  })
  return { names: head.map((name) => name.replace(/^"|"$/g, '').replaceAll('""', '"')), types: [], rows }
}

function fromArrow(text: string): AnswerCells {
  const lines = text.split('\n').slice(1)
  const parts = lines.map((line) => {
    const [, name = '""', type = '', cells = ''] =
      /^("(?:[^"\\]|\\.)*") ([^"[:]*?)(?: \[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\])?: ?(.*)$/.exec(line) ?? []
    return { name: JSON.parse(name) as string, type, cells: cells.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [] }
  })
  return fromColumns(
    parts.map(({ name }) => name),
    parts.map(({ cells }) => cells),
    parts.map(({ type }) => type),
  )
}

function fromTyped(text: string): AnswerCells {
  const [names = [], arrays = [], validity = [], words = []] = text.split('\n').map((line) => JSON.parse(line))
  const numbers = (array: string) => array.replace(/^\w+ ?/, '').split(',')
  const columns = (arrays as string[]).map((array, at) => {
    const bits = validity[at] === null ? null : numbers(validity[at]).map(Number)
    return numbers(array).map((value, row) => {
      if (bits !== null && ((bits[row >> 3] ?? 0) & (1 << (row & 7))) === 0) return 'null'
      return words[at] ? JSON.stringify(words[at][Number(value)]) : value
    })
  })
  return fromColumns(
    names,
    columns,
    (arrays as string[]).map((array) => array.replace(/ .*/, '')),
  )
}

/** The cells of what a read gave; null when it gave no table. */
export function answerCells(as: ReadFormat, answer: string): AnswerCells | null {
  if (/^(error|skipped|pending)/.test(answer)) return null
  switch (as) {
    case 'json': {
      const rows = parseJson(answer)
      return Array.isArray(rows) ? fromRows(rows) : null
    }
    case 'ndjson':
      return fromRows(answer === '' ? [] : answer.split('\n').map(parseJson))
    case 'columns': {
      const members = membersOf(parseJson(answer))
      const columns = members.map(([, cells]) => (Array.isArray(cells) ? cells.map(flat) : []))
      return fromColumns(
        members.map(([name]) => name),
        columns,
      )
    }
    case 'csv':
      return fromCsv(answer)
    case 'arrow':
      return fromArrow(answer)
    case 'typed':
      return fromTyped(answer)
  }
}
