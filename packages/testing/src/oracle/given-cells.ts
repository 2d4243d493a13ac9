import type { ArrowColumn, Case, Data, Step } from './case.js'

/** One text for null, however it is given. */
const nothing = 'null'

/** The members of a row; none of a broken one, which the servers refuse. */
function members(row: string): Record<string, unknown> {
  try {
    return JSON.parse(row) ?? {}
  } catch {
    return {}
  }
}

/** The cells of one column of data as JSON texts, `null` where a row has none; null where that cannot be told. */
export function givenCells(data: Data, column: string): string[] | null {
  switch (data.format) {
    case 'json':
    case 'ndjson':
      return data.rows.map((row) => {
        const { [column]: cell, __INDEX__: index } = members(row)
        return JSON.stringify(cell ?? index ?? null)
      })
    case 'columns': {
      const rows = data.columns[0]?.[1].length ?? 0
      return data.columns.find(([name]) => name === column)?.[1] ?? Array.from({ length: rows }, () => nothing)
    }
    case 'csv': {
      const at = data.header.split(',').indexOf(column)
      // Cells of the generators have no comma.
      return data.rows.map((row) => row.split(',')[at] || nothing)
    }
    case 'arrow': {
      const rows = data.columns[0]?.values.length ?? 0
      const values = data.columns.find(({ name }) => name === column)?.values
      return Array.from({ length: rows }, (_, row) => JSON.stringify(values?.[row] ?? null))
    }
    default:
      return null
  }
}

/** Every step up to `last`, those of a batch one by one. */
export const stepsUntil = ({ steps }: Case, last: number): Step[] =>
  steps.slice(0, last + 1).flatMap((step) => (step.do === 'batch' ? step.steps : [step]))

/** The columns of tables that were made of Arrow up to a step, which have its types. */
export const arrowColumns = (testCase: Case, last: number): ArrowColumn[] =>
  stepsUntil(testCase, last).flatMap((step) =>
    step.do === 'table' && step.data.format === 'arrow' ? step.data.columns : [],
  )

/** An option of the case's tables; undefined where none has it. */
export function tableOption({ steps }: Case, name: 'index' | 'limit'): string | undefined {
  for (const step of steps) {
    const option = step.do === 'table' ? step.options?.[name] : undefined
    if (option !== undefined) return String(option)
  }
  return undefined
}

/** True when data up to a step gave a key, then a null one, then that key again. */
export function hasKeyAroundNull(testCase: Case, last: number): boolean {
  const index = tableOption(testCase, 'index')
  if (index === undefined) return false
  return stepsUntil(testCase, last).some((step) => {
    const keys = 'data' in step ? givenCells(step.data, index) : null
    return keys?.some((key, at) => key === nothing && keys.slice(0, at).some((other) => keys.includes(other, at + 1)))
  })
}

/** True when the index of a table made of JSON begins with a whole number, be it in a text, and other texts follow. */
export function isIndexTurnedText({ steps }: Case): boolean {
  return steps.some((step) => {
    if (step.do !== 'table' || step.options?.['index'] === undefined) return false
    if (!['json', 'ndjson', 'columns'].includes(step.data.format)) return false
    const keys = givenCells(step.data, String(step.options['index'])) ?? []
    const isWhole = (key: string) => /^("?)-?\d+\1$/.test(key)
    const first = keys.find((key) => key !== nothing)
    return first !== undefined && isWhole(first) && keys.some((key) => key.startsWith('"') && !isWhole(key))
  })
}

/** The most rows that came to the server between two polls, up to a step. */
export function mostRowsAtOnce({ steps }: Case, last: number): number {
  const rows = (step: Step): number => {
    if (step.do === 'batch') return step.steps.reduce((sum, inner) => sum + rows(inner), 0)
    return 'data' in step ? (givenCells(step.data, '')?.length ?? 0) : 0
  }
  return Math.max(0, ...steps.slice(0, last + 1).map(rows))
}

/** True when a table that has a view with windows is given rows that are null in one of some columns, or was before. */
export function countsNullsAgain(testCase: Case, last: number, columns: readonly string[]): boolean {
  const given = stepsUntil(testCase, last)
  const hasWindows = given.some((step) => step.do === 'view' && Object.keys(step.config?.['windows'] ?? {}).length > 0)
  const hasNull = (step: Step) =>
    'data' in step &&
    step.data.format !== 'schema' &&
    columns.some((column) => givenCells(step.data, column)?.includes(nothing) ?? false)
  return hasWindows && given.some(hasNull)
}
