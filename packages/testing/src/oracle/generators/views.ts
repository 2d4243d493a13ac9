import type { Json, Step } from '../case.js'
import { Random } from '../random.js'
import { expressionConfig, type Life } from './expression.js'
import { type Config, flatConfig } from './flat.js'
import { groupConfig, refusedView } from './group.js'
import { someQuestion, someRead } from './reads.js'
import { splitConfig } from './split.js'
import {
  makeTable,
  mutations,
  type RowOptions,
  randomColumns,
  randomData,
  randomShape,
  type TableShape,
} from './tables.js'
import type { Column } from './values.js'
import { windowConfig } from './window.js'

type MakeConfig = (random: Random, columns: readonly Column[]) => Config

interface Story {
  rows?: RowOptions
  /** Whether views have a tree to open and close. */
  tree?: boolean
  /** Views are subscribed to. */
  subscribe?: boolean
  /** The table has rows from the start. */
  filled?: boolean
  /** Reads are of all rows, without options. */
  plainReads?: boolean
  mutations: [low: number, high: number]
}

/**
 * Opening and closing rows of a tree. Where rows may come in another order (`isSettled` is false) a row's number says
 * nothing; and closing the hidden total of a view that only splits empties it in the real engine (docs/differences.md).
 */
function treeStep(random: Random, view: string, config: Config, isSettled: boolean): Step {
  const what = random.weighted({ expand: 3, collapse: 3, set_depth: 2 })
  if (what === 'set_depth' || !isSettled) return { do: 'set_depth', view, depth: random.int(0, 3) }
  const isSplitOnly = config['group_by'] === undefined && config['group_rollup_mode'] !== 'total'
  return { do: what, view, row: random.int(isSplitOnly && what === 'collapse' ? 1 : 0, 8) }
}

/** The first item of a list in a config, a column's name mostly. */
const headOf = (term: Json | undefined) => (Array.isArray(term) ? (term[0] ?? null) : null)

/**
 * False where the real engine has rows or columns in another order than ours (docs/differences.md), so that they are read
 * whole: ties of an absolute sort; in sorted groups ties once the table changed, sorts by an aggregate whose values differ,
 * by a column that is shown twice or, in a split view, by a hidden one, which it counts among those of a window.
 */
function isSettled({ columns, sort, group_by, split_by, aggregates = {} }: Config, isChanged: boolean): boolean {
  if (!Array.isArray(sort)) return true
  if (!group_by && !split_by) return !JSON.stringify(sort).includes(' abs')
  if (isChanged || !group_by || / abs"|"none"/.test(JSON.stringify(sort))) return false
  if (
    /"(any|or|mul|pct[^"]*|sum not null|abs sum|high|low|high minus low|first|last by index|last minus first)"/.test(
      JSON.stringify(aggregates),
    )
  )
    return false
  if (!Array.isArray(columns)) return true
  return new Set(columns).size === columns.length && (!split_by || sort.every((term) => columns.includes(headOf(term))))
}

/**
 * In groups and splits the real engine takes rows that come and do not pass for rows that go, if a null would pass, so that
 * totals and groups are wrong from then on (docs/differences.md): such filters are for tables that stay as they are.
 */
function withoutNullFilters(config: Config): Config {
  const { filter, group_by: groups, split_by: splits } = config
  if (!Array.isArray(filter) || (!groups && !splits)) return config
  const passesNull = (clause: Json) => Array.isArray(clause) && /^(!=|is null|not .*)$/.test(String(clause[1]))
  return { ...config, filter: filter.filter((clause) => !passesNull(clause)) }
}

/** Row deltas, but not of views split by several columns: there the real engine reads chance memory and can trap. */
function subscription(view: string, { split_by: splits }: Config): Step {
  const deltas = !Array.isArray(splits) || splits.length < 2
  return { do: 'on_update', view, label: `update of ${view}`, ...(deltas && { mode: 'row' }) }
}

/** A table, some views of it, mutations, and everything that views show in between. */
function viewStory(random: Random, shape: TableShape, makeConfig: MakeConfig, story: Story): Step[] {
  const names = shape.columns.map(({ name }) => name)
  const steps = makeTable(random, shape, story.rows)
  if (story.filled) steps.push({ do: 'update', table: shape.name, data: randomData(random, shape, 1, 20, story.rows) })
  const views = random.times(1, 3, (i) => `v${i}`)
  const readers = new Map<string, () => Step>()
  const askers = new Map<string, () => Step>()
  const openers = new Map<string, () => Step>()
  const opened = new Set<string>()
  let isChanged = false
  let left = random.int(...story.mutations)
  for (const view of views) {
    const made = makeConfig(random, shape.columns)
    const config = story.tree && left > 0 ? withoutNullFilters(made) : made
    steps.push({ do: 'view', table: shape.name, view, config })
    const read = (): Step => someRead(random, view, !story.plainReads && isSettled(config, isChanged))
    readers.set(view, read)
    askers.set(view, () => someQuestion(random, view, names, isSettled(config, isChanged)))
    openers.set(view, () => {
      opened.add(view)
      return treeStep(random, view, config, isSettled(config, isChanged))
    })
    if (story.subscribe) steps.push(subscription(view, config))
    steps.push(read())
    if (story.tree && random.chance(0.3)) steps.push(openers.get(view)!(), read())
    if (story.subscribe) steps.push({ do: 'read', view, as: 'arrow' })
    if ('expressions' in config) steps.push({ do: 'expression_schema', view })
  }
  for (; left > 0; left--) {
    steps.push(mutations(random, shape, story.rows))
    if (story.subscribe) steps.push(...views.map((view): Step => ({ do: 'read', view, as: 'arrow' })))
    // A group that goes and comes back between two reads stays as open as it was in ours (docs/differences.md).
    for (const view of opened) steps.push({ do: 'dimensions', view })
    isChanged = true
    const view = random.pick(views)
    if (story.tree && random.chance(0.4)) {
      steps.push(openers.get(view)!())
      if (story.subscribe) steps.push({ do: 'read', view, as: 'arrow' })
    }
    if (!story.subscribe || random.chance(0.4)) steps.push(readers.get(view)!(), askers.get(view)!())
  }
  for (const [view, read] of readers) steps.push(read(), askers.get(view)!())
  return steps
}

/** Grouping one random table: fewer columns than elsewhere, so that groups have more than one row. */
const pivotShape = (random: Random) => randomShape(random, 't', randomColumns(random, 2, 5))
const exact: RowOptions = { exact: true, unsentNulls: true, apart: true }

/** Flat views: columns, filters, sorts, viewports, every way out. */
export function flatCase(random: Random): Step[] {
  const shape = randomShape(random, 't')
  if (random.chance(0.7))
    return viewStory(random, shape, flatConfig, { mutations: [0, 3], rows: { unsentNulls: true, oneZero: true } })
  // Where the real engine sorts a null, and when a filter sees it, depends on how it was sent (docs/differences.md).
  const overwrites = shape.index || shape.limit !== undefined
  const plain: MakeConfig = (chooser, columns) => {
    const { sort: _, ...config } = flatConfig(chooser, columns)
    return overwrites && config['filter'] ? {} : config
  }
  return viewStory(random, shape, plain, { mutations: [0, 3], rows: { unaddressed: true } })
}

/** Grouped views: every aggregate, sorts, depths, rollup modes, the tree. */
export function groupCase(random: Random): Step[] {
  const shape = pivotShape(random)
  const steps = viewStory(random, shape, groupConfig, { mutations: [0, 3], tree: true, rows: exact })
  return random.roll('mistake') ? [...steps, ...refusedView(random, shape.name, shape.columns)] : steps
}

/** Views with columns split. */
export const splitCase = (random: Random): Step[] =>
  viewStory(random, pivotShape(random), splitConfig, { mutations: [0, 2], tree: true, rows: exact })

/**
 * Views with derived columns in every role. When tables change under grouped views, they have no nulls: what the real engine
 * makes of a null group depends on how it came (docs/differences.md). Odd data are left to the category of tables.
 */
function derivedCase(random: Random, makeConfig: (life: Life) => MakeConfig): Step[] {
  const changes = random.chance(0.7)
  const pivots = random.chance(changes ? 0.2 : 0.5)
  const nulls = changes && pivots ? { null: 0, partial: 0, edge: 0 } : {}
  const chooser = new Random('derived', random.int(0, 2 ** 31), { indexColumn: 0, unknownColumn: 0, ...nulls })
  const shape = randomShape(chooser, 't')
  // In a window, text of a table that changes is lost, its index too (docs/differences.md).
  const life = { changes, pivots, windows: !changes || shape.index?.type !== 'string' }
  return viewStory(chooser, shape, makeConfig(life), {
    mutations: changes ? [1, 3] : [0, 0],
    rows: { ...exact, typed: true },
    filled: pivots,
    plainReads: pivots,
  })
}

/** Views with window columns. */
export const windowCase = (random: Random): Step[] =>
  derivedCase(random, (life) => (chooser, columns) => windowConfig(chooser, columns, life))

/** Views with expression columns. */
export const expressionCase = (random: Random): Step[] =>
  derivedCase(random, (life) => (chooser, columns) => expressionConfig(chooser, columns, life))

/** Row deltas of views of every kind. */
export function deltaCase(random: Random): Step[] {
  const shape = pivotShape(random)
  // Where types are inferred, keys that are dates or times are texts, which windows lose (docs/differences.md).
  const isTextKey = shape.index !== undefined && ['string', 'date', 'datetime'].includes(shape.index.type)
  const life: Life = { changes: true, pivots: false, windows: !isTextKey }
  const kinds = { flat: 4, group: 4, split: 2, window: life.windows ? 1 : 0, expression: 1 }
  const makers = {
    flat: flatConfig,
    group: groupConfig,
    split: splitConfig,
    window: (from: Random, shown: readonly Column[]) => windowConfig(from, shown, life),
    expression: (from: Random, shown: readonly Column[]) => expressionConfig(from, shown, life),
  }
  const makeConfig: MakeConfig = (chooser, columns) => makers[chooser.weighted(kinds)](chooser, columns)
  return viewStory(random, shape, makeConfig, {
    mutations: [2, 6],
    subscribe: true,
    tree: true,
    rows: { ...exact, oneZero: true },
  })
}
