import type { ReadFormat, Step } from './case.js'

/** Answers without what may differ in them: an order, a last digit, which of several columns was named. */

/** Values of `in` filters without the nulls that the real engine puts before them; one value stands for itself. */
export const withoutNulls = (config: string) =>
  config.replace(/,"(not )?in",\[([^\]]*)\]/g, (_, not = '', list: string) => {
    const values: unknown[] = JSON.parse(`[${list}]`)
    const given = values.slice(values.length / 2)
    return `,"${not}in",${JSON.stringify(given.length === 1 ? given[0] : given)}`
  })

/** Events with the values of each removal's one column in one order. */
export function sortedKeys(events: string): string {
  return events.replace(/(: remove on port .*\n)(.*)/g, (_, head: string, column: string) => {
    const [type = '', values = ''] = column.split(/: (.*)/)
    return `${head}${type.replace(/\[.*\]/, '')}: ${values.split(' ').sort().join(' ')}`
  })
}

/** Notifications, each with the columns it carries. */
export const notices = (events: string) => events.split(/\n(?=[^\n]*: (?:update|remove) on port )/)

export const sorted = (items: readonly string[]) => [...items].sort().join('\n')

/** Columns with their cells in one order of rows. */
function sortedColumns(columns: readonly (readonly string[])[]): string {
  const rows = columns[0]?.map((_, row) => columns.map((cells) => cells[row]).join(' ')) ?? []
  return sorted(rows)
}

/** The cells of a line of `arrowText`: what follows the colon that is not in a text. */
function arrowCells(line: string): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? []
  return words.slice(words.findIndex((word) => !word.startsWith('"') && word.endsWith(':')) + 1)
}

/** A text with its fractions rounded to what two libraries of functions agree on. */
const rounded = (text: string) =>
  text.replace(/-?\d+\.\d{9,}(?:e[+-]?\d+)?/g, (number) => Number(number).toPrecision(12))

/** What a read gave with its rows in one order, but for what depends on that order: dictionaries, row numbers. */
export function bagOfRows(as: ReadFormat, given: string): string {
  if (given.startsWith('error') || given.startsWith('skipped')) return given
  const answer = rounded(given)
  switch (as) {
    case 'json': {
      const rows: unknown[] = JSON.parse(answer)
      return sorted(rows.map((row) => JSON.stringify(row)))
    }
    case 'columns': {
      const columns: Record<string, unknown[]> = JSON.parse(answer)
      return sortedColumns(
        Object.entries(columns).map(([name, cells]) => cells.map((cell) => JSON.stringify([name, cell]))),
      )
    }
    case 'csv':
    case 'ndjson':
      return sorted(answer.split('\n'))
    case 'arrow':
      return sortedColumns(answer.split('\n').slice(1).map(arrowCells))
    case 'typed':
      return answer
  }
}

/** An answer without the names of missing columns, where these are columns of the step's expressions. */
export function withoutMissing(answer: string, step: Step): string {
  const asked = JSON.stringify(step)
  return answer.replace(/Input column (\\?".*?\\?") does not exist/g, (text, column: string) =>
    asked.includes(column.replace(/\\?"/g, '\\"')) ? 'a missing column' : text,
  )
}
