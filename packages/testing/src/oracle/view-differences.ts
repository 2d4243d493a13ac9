import type { AnswerCells } from './answer-cells.js'
import { type Asked, aggregateOf, askedView, baseName, cellsGiven, hasMarks, names } from './asked-view.js'
import type { Case, Json, Step } from './case.js'
import {
  type CellDifference,
  isNothing,
  isPath,
  minusOfZero,
  type ReadDifference,
  readDifference,
} from './cell-differences.js'
import type { Difference } from './compare.js'

/** A difference in what a read of a view, or a question about it, gave. Titles are those of docs/differences.md. */
interface ViewDifference {
  readonly id: string
  /** Whether it explains a cell of a read. */
  cell?(cell: CellDifference, asked: Asked): boolean
  /** Whether it explains the type of an Arrow column. */
  type?(type: ReadDifference['types'][number], asked: Asked): boolean
  /** Whether it explains a column's name. */
  name?(real: string, ours: string): boolean
  /** Whether it explains a column that only the real engine shows. */
  extra?(column: string, asked: Asked): boolean
  /** Whether it explains another order of rows or columns. */
  order?(axis: 'rows' | 'columns', asked: Asked): boolean
  /** Whether it explains the whole answer to another question. */
  answer?(step: Step, asked: Asked, real: string, ours: string): boolean
}

const asks = (asked: Asked, { column }: CellDifference, ...aggregates: string[]) =>
  aggregates.includes(aggregateOf(asked, column))

const sortsBy = (asked: Asked, ...aggregates: string[]) =>
  asked.sort.some(({ column }) => aggregates.includes(aggregateOf(asked, column)))

const isHidden = ({ config }: Asked, column: string) =>
  config['columns'] !== undefined && !names(config['columns']).includes(column)

const parseExtent = (text: string): Json[] => (text.startsWith('[') ? JSON.parse(text) : [])

/** Whether a bound lies between those of an extent. */
function isWithin(bound: Json, extent: string): boolean {
  const [low = null, high = null] = parseExtent(extent)
  return bound === null || (low !== null && bound >= low && bound <= high!)
}

/** Whether two cells list the same in another order. */
const isReordered = (a: string, b: string) =>
  [...a.split(/[[\],]/)].sort().join() === [...b.split(/[[\],]/)].sort().join()

const isText = (cell: string) => cell.startsWith('"')

/** The number of a cell, of a date or time in text its instant. */
const numberOf = (cell: string) => (Number.isNaN(Number(cell)) ? Date.parse(cell.replaceAll('"', '')) : Number(cell))

/** True when one mark lies further out than another, as that of a group that comes anew may. */
const isFurther = (mark: string, other: string, aggregate: string) =>
  aggregate === 'low' ? numberOf(mark) < numberOf(other) : numberOf(mark) > numberOf(other)

/** Whether a sum of unsigned integers has the largest of them more for each of some rows that were written again. */
function hasLargestMore(cell: CellDifference, asked: Asked): boolean {
  const width = asked.unsigned.get(baseName(cell.column, asked.config))
  if (width === undefined || !asked.isOverwritten || !/^\d+ \d+$/.test(`${cell.real} ${cell.ours}`)) return false
  const more = BigInt.asUintN(64, BigInt(cell.real) - BigInt(cell.ours))
  const largest = 2n ** BigInt(width) - 1n
  return Array.from({ length: 64 }, (_, i) => BigInt.asUintN(64, BigInt(i + 1) * largest)).includes(more)
}

const ofPlaces = ['first', 'first by index', 'last by index', 'last minus first']

/** Mirrors docs/differences.md for views that group or split. */
export const viewDifferences: readonly ViewDifference[] = [
  {
    id: 'Aggregates: `any` and `or` of nulls',
    cell: (cell, asked) =>
      asks(asked, cell, 'any', 'or') && (cell.ours === 'null' || isNothing(cell.ours)) && isNothing(cell.real),
    order: (_, asked) => sortsBy(asked, 'any', 'or'),
    answer: (step, asked, real, ours) => {
      if (step.do !== 'min_max' || !['any', 'or'].includes(aggregateOf(asked, step.column))) return false
      const [low, high] = parseExtent(ours)
      return parseExtent(real).every((bound, at) => bound === [low, high][at] || isNothing(JSON.stringify(bound)))
    },
  },
  {
    id: 'Grouped views: a total without rows',
    cell: (cell, asked) => {
      if (cell.column.includes('|') || asked.ours?.rows.length !== 1) return false
      if (cell.ours === 'null' && isNothing(cell.real)) return true
      return asks(asked, cell, 'sum', 'default') && cell.real === 'null' && isNothing(cell.ours)
    },
  },
  {
    id: 'Views: a column that is shown twice',
    cell: (cell, { config }) =>
      cell.real === 'null' &&
      names(config['columns']).filter((name) => name === baseName(cell.column, config)).length > 1,
  },
  {
    id: 'Aggregates: percentages of integers in Arrow',
    cell: (cell, asked) =>
      aggregateOf(asked, cell.column).startsWith('pct') && Math.trunc(Number(cell.ours)) === Number(cell.real),
    type: ({ column, ours }, asked) => aggregateOf(asked, column).startsWith('pct') && ours.startsWith('Float64'),
  },
  {
    id: 'Aggregates: a product leaves nulls out',
    cell: (cell, asked) => asks(asked, cell, 'mul') && isNothing(cell.real),
    order: (_, asked) => sortsBy(asked, 'mul'),
  },
  {
    id: 'Sorted groups: ties keep the order of their values',
    order: (_, { sort, isChanged }) => isChanged && sort.length > 0,
  },
  {
    // Columns of one name, those of null and of the text "null", are told by their order.
    id: 'Sorted groups: ties keep the order of their values',
    cell: ({ column }, { sort, isChanged, ours }) =>
      isChanged &&
      sort.some(({ dir }) => dir.startsWith('col')) &&
      column.startsWith('null|') &&
      (ours?.names.filter((name) => name === column).length ?? 0) > 1,
  },
  {
    id: 'Views: ties of a sort by absolute value keep their order',
    order: (_, { sort }) => sort.some(({ dir }) => dir.endsWith(' abs')),
  },
  {
    id: 'Views: a sort by `none` is the last',
    order: (_, { sort }) => sort.some(({ dir }) => dir === 'none'),
  },
  {
    id: 'Aggregates: sums of small integers',
    cell: (cell, asked) => asked.isChanged && asks(asked, cell, 'sum', 'default') && hasLargestMore(cell, asked),
  },
  {
    id: 'Aggregates: sums of small integers',
    cell: (cell, asked) =>
      asks(asked, cell, 'sum', 'default', 'sum not null', 'abs sum', 'sum abs', 'mul')
        ? (Number(cell.real) - Number(cell.ours)) % 2 ** 32 === 0 ||
          (asked.isChanged &&
            asked.narrow.includes(baseName(cell.column, asked.config)) &&
            (Number(cell.real) - Number(cell.ours)) % 2 ** 8 === 0) ||
          (asks(asked, cell, 'abs sum') && (Number(cell.real) + Number(cell.ours)) % 2 ** 32 === 0) ||
          (asks(asked, cell, 'abs sum', 'sum not null') &&
            (cell.real === 'null' || asked.narrow.includes(baseName(cell.column, asked.config))))
        : false,
    order: (_, asked) => sortsBy(asked, 'sum not null', 'abs sum', 'mul'),
    // A negative number as an unsigned one is the largest.
    answer: (step, asked, real, ours) =>
      step.do === 'min_max' &&
      ['sum not null', 'abs sum', 'mul'].includes(aggregateOf(asked, step.column)) &&
      Number(parseExtent(ours)[0]) < 0 &&
      Number(parseExtent(real)[1]) >= 2 ** 31,
  },
  {
    id: 'Aggregates: `high` and `low` leave nulls out',
    cell: (cell, asked) =>
      asks(asked, cell, 'high', 'low') &&
      (isNothing(cell.real) ||
        cell.real === 'null' ||
        (isText(cell.real) && (cell.ours === 'null' || isText(cell.ours))) ||
        (asked.isChanged && isFurther(cell.real, cell.ours, aggregateOf(asked, cell.column)))),
    order: (_, asked) => sortsBy(asked, 'high', 'low'),
    answer: (step, asked, real, ours) =>
      step.do === 'min_max' &&
      ['high', 'low'].includes(aggregateOf(asked, step.column)) &&
      parseExtent(real).every((bound) => isWithin(bound, ours) || isNothing(JSON.stringify(bound))),
  },
  {
    // Every new row that does not pass the filter makes the total's mark begin anew.
    id: 'Aggregates: `high` and `low` leave nulls out',
    cell: (cell, asked) =>
      asks(asked, cell, 'high', 'low') &&
      asked.isChanged &&
      cell.row === 0 &&
      Array.isArray(asked.config['filter']) &&
      isFurther(cell.ours, cell.real, aggregateOf(asked, cell.column)),
  },
  {
    id: 'Aggregates: a median between two floats',
    cell: (cell, asked) => asks(asked, cell, 'median', 'q1', 'q3') && Number(cell.real) < Number(cell.ours),
    order: (_, asked) => sortsBy(asked, 'median', 'q1', 'q3'),
  },
  {
    id: 'Aggregates: marks see every update',
    cell: (cell, asked) =>
      asks(asked, cell, 'high', 'low') &&
      asked.isBatched &&
      isFurther(cell.ours, cell.real, aggregateOf(asked, cell.column)),
    order: (_, asked) => asked.isBatched && sortsBy(asked, 'high', 'low'),
    answer: (step, asked, real, ours) => {
      // A group that went and came back in one poll came anew, and is closed once rows were opened by hand.
      if (step.do === 'read' || step.do === 'dimensions') return asked.isBatched && asked.isHandled && hasMarks(asked)
      if (step.do !== 'min_max' || !asked.isBatched) return false
      const aggregate = aggregateOf(asked, step.column)
      if (aggregate !== 'high' && aggregate !== 'low') return false
      const furthest = String(parseExtent(ours)[aggregate === 'high' ? 1 : 0])
      return parseExtent(real).every((bound) => !isFurther(String(bound), furthest, aggregate))
    },
  },
  {
    id: 'Sorted groups: sorts by `first` and `last by index`',
    order: (_, asked) => sortsBy(asked, ...ofPlaces),
    answer: (step, asked, real) =>
      step.do === 'min_max' &&
      isHidden(asked, step.column) &&
      ofPlaces.includes(aggregateOf(asked, step.column)) &&
      parseExtent(real).every((bound) => isNothing(JSON.stringify(bound))),
  },
  {
    id: 'Aggregates: the order of groups is that of the query',
    cell: ({ column, real, ours }, { isChanged }) => column === '__INDEX__' && isChanged && isReordered(real, ours),
  },
  {
    id: 'Aggregates: 32-bit floats',
    cell: (cell, asked) =>
      asked.singles.includes(baseName(cell.column, asked.config)) &&
      ((asks(asked, cell, 'high minus low', 'last minus first', 'median', 'q1', 'q3') && isNothing(cell.real)) ||
        (asks(asked, cell, 'sum abs', 'sum not null') && Math.abs(Number(cell.real)) < 1e-300)),
    order: (_, asked) =>
      asked.sort.some(
        ({ column }) =>
          asked.singles.includes(column) &&
          ['high minus low', 'last minus first', 'sum abs', 'median', 'q1', 'q3'].includes(aggregateOf(asked, column)),
      ),
  },
  {
    id: 'Grouped views: a null that becomes 0 is one row',
    cell: (cell, asked) => {
      const more = Number(cell.real) - Number(cell.ours)
      // One that is counted twice, or all that a group has.
      const isTwice = more > 0 && (more <= 3 || more <= Number(cell.ours))
      return asked.isChanged && asked.isOverwritten && asks(asked, cell, 'count', 'default') && isTwice
    },
  },
  {
    id: 'Groups: minus zero and zero are one',
    cell: (cell) =>
      isPath(cell.column) && cell.real.replaceAll(minusOfZero, '') === cell.ours.replaceAll(minusOfZero, ''),
    name: (real, ours) => real.replaceAll(minusOfZero, '') === ours.replaceAll(minusOfZero, ''),
  },
  {
    id: 'Grouped views: a hidden column is not shown',
    extra: (column, asked) =>
      asked.splits.length === 0 &&
      asked.sort.some(({ dir }) => dir.startsWith('col')) &&
      asked.sort.some((sort) => sort.column === column && isHidden(asked, column)),
  },
  {
    id: 'Split views: the number of columns when columns are sorted by a hidden one',
    answer: (step, { sort, splits }, real, ours) =>
      step.do === 'dimensions' &&
      splits.length > 0 &&
      sort.length > 0 &&
      real.replace(/"num_view_columns":\d+/, '') === ours.replace(/"num_view_columns":\d+/, ''),
  },
  {
    id: 'Split views: `id` of the rows of the table',
    cell: ({ column, real, row, at }, { groups, ours }) =>
      column === '__ID__' && groups.length === 0 && (row === 0 || real === ours?.rows[row - 1]?.[at]),
  },
  {
    id: 'Views: rows of a window without columns',
    answer: (step, { config, ours }, real) =>
      step.do === 'read' &&
      (real === '[]' || real === '' || (Array.isArray(config['columns']) && config['columns'].length === 0)) &&
      (step.as === 'json' || step.as === 'ndjson') &&
      ours?.names.every((name) => name.startsWith('__')) === true,
  },
  {
    id: 'Split views: min and max of all that is shown',
    answer: (step, asked, real, ours) => {
      const { config, groups, splits, isHandled } = asked
      if (step.do !== 'min_max' || splits.length === 0) return false
      if (groups.length > 1 && isHandled) return true
      if (splits.length < 2 && !(groups.length > 1 && config['group_rollup_mode'] === 'flat')) return false
      const isAny = aggregateOf(asked, step.column) === 'any'
      return parseExtent(real).every((bound) => isWithin(bound, ours) || (isAny && isNothing(JSON.stringify(bound))))
    },
  },
  {
    id: 'Opening rows that cannot be opened',
    answer: (_, { config, isHandledLast, hasDepth }) =>
      config['group_rollup_mode'] === 'total' && (isHandledLast || hasDepth),
  },
]

/** One way in which an answer differs, and the title that explains it, if any. */
interface Part {
  readonly what: unknown
  readonly id: string | undefined
}

/** Every way in which what a view gave differs; none when it cannot be told. */
export function viewParts(difference: Difference, testCase: Case): Part[] {
  const step = testCase.steps[difference.step]
  const asked = difference.part === 'answer' ? askedView(testCase, difference) : null
  if (step === undefined || asked === null) return []
  const whole = viewDifferences.find(({ answer }) => answer?.(step, asked, difference.real, difference.ours))
  if (whole !== undefined) return [{ what: difference, id: whole.id }]
  const real = cellsGiven(step, difference.real)
  return real && asked.ours ? cellParts(real, asked.ours, asked, testCase) : []
}

/** Every way in which two sets of cells differ; none when they are not the same rows and columns. */
function cellParts(real: AnswerCells, ours: AnswerCells, asked: Asked, testCase: Case): Part[] {
  const parts = readDifference(real, ours, testCase.tolerance ?? 0)
  if (parts === null) return []
  const explain = (what: unknown, test: (known: ViewDifference) => boolean | undefined): Part => {
    return { what, id: viewDifferences.find((known) => test(known))?.id }
  }
  return [
    ...parts.cells.map((cell) => explain(cell, (known) => known.cell?.(cell, asked))),
    ...parts.names.map((name) => explain(name, (known) => known.name?.(name.real, name.ours))),
    ...parts.extras.map((column) => explain(column, (known) => known.extra?.(column, asked))),
    ...parts.types.map((type) => explain(type, (known) => known.type?.(type, asked))),
    ...parts.orders.map((axis) => explain(axis, (known) => known.order?.(axis, asked))),
  ]
}

/** The titles of the differences that together explain how two sets of cells differ; none when something of it is left. */
export function explainCells(real: AnswerCells, ours: AnswerCells, asked: Asked, testCase: Case): string[] {
  const ids = new Set(cellParts(real, ours, asked, testCase).map(({ id }) => id))
  return ids.has(undefined) ? [] : Array.from(ids, String)
}

/** The titles of the differences that together explain this one; none when something of it is left. */
export function explainView(difference: Difference, testCase: Case): string[] {
  const ids = new Set(viewParts(difference, testCase).map(({ id }) => id))
  return ids.has(undefined) ? [] : Array.from(ids, String)
}
