import type { Case, Data, Json, Step } from './case.js'

/** Versions of a list without some of its items: halves first, then single ones. */
function* shorter<T>(items: readonly T[]): Generator<T[]> {
  for (let size = items.length >> 1; size >= 1; size = size >> 1)
    for (let at = items.length - size; at >= 0; at -= size) yield [...items.slice(0, at), ...items.slice(at + size)]
}

function* fewerColumns<C extends { values: Json[] } | [string, unknown[]]>(columns: C[]): Generator<C[]> {
  if (columns.length > 1) yield* shorter(columns)
  const length = Math.max(0, ...columns.map((column) => (Array.isArray(column) ? column[1] : column.values).length))
  for (const kept of shorter([...Array(length).keys()]))
    yield columns.map((column) => {
      if (Array.isArray(column)) return [column[0], kept.map((i) => column[1][i])] as typeof column
      return { ...column, values: kept.map((i) => column.values[i] ?? null) }
    })
}

/** Row texts without one of their keys. */
function* narrowerRows(rows: string[]): Generator<string[]> {
  const parsed: unknown[] = rows.map((row) => JSON.parse(row))
  const objects = parsed.filter((row) => row !== null && typeof row === 'object')
  for (const key of new Set(objects.flatMap((row) => Object.keys(row))))
    yield parsed.map((row, i) =>
      row !== null && typeof row === 'object'
        ? JSON.stringify(Object.fromEntries(Object.entries(row).filter(([name]) => name !== key)))
        : rows[i]!,
    )
}

function* simplerData(data: Data): Generator<Data> {
  switch (data.format) {
    case 'schema':
      for (const schema of shorter(data.schema)) if (schema.length) yield { ...data, schema }
      break
    case 'json':
    case 'ndjson':
      for (const rows of shorter(data.rows)) yield { ...data, rows }
      for (const rows of narrowerRows(data.rows)) yield { ...data, rows }
      if (data.format === 'ndjson') yield { ...data, format: 'json' }
      break
    case 'csv':
      for (const rows of shorter(data.rows)) yield { ...data, rows }
      break
    case 'columns':
      for (const columns of fewerColumns(data.columns)) yield { ...data, columns }
      break
    case 'arrow':
      if (data.batches || data.file) yield { format: 'arrow', columns: data.columns }
      for (const columns of fewerColumns(data.columns)) yield { ...data, columns }
      break
    case 'text':
    case 'bytes':
    case 'view':
      break
  }
}

/** A JSON value without one of its parts, at any depth. */
function* simplerJson(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const items of shorter(value)) yield items
    for (const [i, item] of value.entries()) for (const simpler of simplerJson(item)) yield value.with(i, simpler)
  } else if (value !== null && typeof value === 'object') {
    for (const key of Object.keys(value)) {
      const { [key]: inner, ...rest } = value
      yield rest
      for (const simpler of simplerJson(inner ?? null)) yield { ...value, [key]: simpler }
    }
  }
}

const optional = ['config', 'options', 'window', 'port', 'mode', 'on'] as const

function* simplerStep(step: Step): Generator<Step> {
  if (step.do === 'batch') {
    for (const steps of simplerSteps(step.steps)) yield { ...step, steps }
    for (const inner of step.steps) yield inner
    return
  }
  for (const key of optional) {
    if (!(key in step)) continue
    const { [key]: value, ...rest } = step as Step & { [key: string]: Json }
    yield rest as Step
    for (const simpler of simplerJson(value ?? null)) yield { ...rest, [key]: simpler } as Step
  }
  if ('data' in step) for (const data of simplerData(step.data)) yield { ...step, data }
}

function* simplerSteps(steps: Step[]): Generator<Step[]> {
  yield* shorter(steps)
  for (const [i, step] of steps.entries()) for (const simpler of simplerStep(step)) yield steps.with(i, simpler)
}

/**
 * A smaller case for which `fails` still holds: steps, rows, columns and config clauses are dropped while it does.
 * Stops after `budget` tries.
 */
export async function shrinkCase(
  testCase: Case,
  fails: (smaller: Case) => Promise<boolean>,
  budget = 400,
): Promise<Case> {
  let best = testCase
  let left = budget
  let improved = true
  while (improved && left > 0) {
    improved = false
    // After a success the search goes on in the simpler case at the same place, not from the start.
    let position = 0
    let candidates = simplerSteps(best.steps)
    for (let skip = 0; left > 0; ) {
      const { value: steps, done } = candidates.next()
      if (done) break
      if (skip++ < position) continue
      position++
      left--
      const smaller = { ...best, steps }
      if (!(await fails(smaller))) continue
      best = smaller
      improved = true
      position = Math.max(0, position - 1)
      candidates = simplerSteps(best.steps)
      skip = 0
    }
  }
  return best
}
