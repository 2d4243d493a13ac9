import { expect, test } from 'vitest'
import type { Case, Step, Trace } from './case.js'
import { explainDeltas } from './delta-differences.js'
import { moreRows } from './delta-rows.js'

const config = { group_by: ['k'], columns: ['i'], aggregates: { i: 'count' } }
const read: Step = { do: 'read', view: 'v', as: 'arrow' }
const steps: Step[] = [
  { do: 'view', table: 't', view: 'v', config },
  { do: 'on_update', view: 'v', label: 'u', mode: 'row' },
  read,
  { do: 'update', table: 't', data: { format: 'json', rows: ['{"k":1}'] } },
  read,
]
const testCase: Case = { category: 'delta', seed: 1, steps }

/** The same, sorted by a column that is not shown. */
const sorted: Case = {
  ...testCase,
  steps: steps.with(0, { do: 'view', table: 't', view: 'v', config: { ...config, sort: [['h', 'asc']] } }),
}

const shown = (cells: string) => `arrow, 3 rows\n"k (Group by 1)" Int32: null null 1\n"i" Int64: ${cells}`
const delta = (cells: string) =>
  `u: update on port 0, arrow, ${cells === '' ? 0 : cells.split(' ').length} rows\n"i" Int64: ${cells}`

/** What explains two deltas, when both servers showed `before` and then `after`. */
function explained(before: string, after: string, real: string, ours: string, of: Case = testCase): string[] {
  const answers = ['done', 'subscribed', shown(before), 'done', shown(after)]
  const trace: Trace = { entries: answers.map((answer) => ({ answer, events: [], frames: [] })) }
  const difference = { step: 3, part: 'events', real: delta(real), ours: delta(ours), signature: '' } as const
  return explainDeltas(difference, of, { real: trace, ours: trace })
}

test('rows that did not change explain a longer delta of the real engine', () => {
  const title = ['Grouped views: deltas hold exactly what differs']
  expect(explained('3 2 1', '4 2 2', '4 2 2', '4 2', sorted)).toEqual(title)
  // Beside a count alone both tell of what was written.
  expect(explained('3 2 1', '4 2 2', '4 2 2', '4 2')).toEqual([])
  // Where there is none, or rows that do not pass a filter are written, the real engine alone tells of more.
  const explainedFor = (of: object, ours: string) => {
    const view: Step = { do: 'view', table: 't', view: 'v', config: { ...config, ...of } }
    return explained('3 2 1', '4 2 2', '4 2 2', ours, { ...testCase, steps: steps.with(0, view) })
  }
  expect(explainedFor({ aggregates: { i: 'sum' } }, '4 2')).toEqual(title)
  expect(explainedFor({ aggregates: { i: 'sum' } }, '4')).toEqual([])
  expect(explainedFor({ filter: [['i', '>', 0]] }, '4 2')).toEqual(title)
  // Other cells than it shows.
  expect(explained('3 2 1', '4 2 2', '4 1 2', '4 2')).toEqual([])
  // A change that it leaves out.
  expect(explained('3 2 1', '4 2 3', '4', '4 3')).toEqual([])
  // A cell that is lost, which it does leave out.
  expect(explained('3 2 1', '4 2 null', '4', '4 null')).toEqual(title)
})

test('nothing explains a delta of ours that is not exactly what changed', () => {
  expect(explained('3 2 1', '4 2 2', '4 2 2', '4')).toEqual([])
  expect(explained('3 2 1', '4 2 2', '4 2', '4 2 2')).toEqual([])
  expect(explained('3 2 1', '4 2 2', '4 2 2', '2 4')).toEqual([])
})

test('what happened between the reads leaves nothing explained', () => {
  const moved: Case = { ...testCase, steps: steps.toSpliced(4, 0, { do: 'expand', view: 'v', row: 0 }) }
  const answers = ['done', 'subscribed', shown('3 2 1'), 'done', '0', shown('4 2 2')]
  const trace: Trace = { entries: answers.map((answer) => ({ answer, events: [], frames: [] })) }
  const difference = { step: 3, part: 'events', real: delta('4 2 2'), ours: delta('4 2'), signature: '' } as const
  expect(explainDeltas(difference, moved, { real: trace, ours: trace })).toEqual([])
})

test('rows that both deltas have are not taken for rows with something for nothing', () => {
  const cells = (rows: string[][]) => ({ names: ['a', 'b'], types: ['Bool', 'Bool'], rows })
  const total = ['false', 'true']
  const shown = ['null', 'true']
  expect(moreRows(cells([total, shown]), cells([shown]), false)).toEqual([total])
  expect(moreRows(cells([total]), cells([shown]), false)).toEqual([])
  expect(moreRows(cells([shown]), cells([total]), false)).toBeNull()
})
