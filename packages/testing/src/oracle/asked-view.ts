import { type AnswerCells, answerCells } from './answer-cells.js'
import type { Case, Json, Step } from './case.js'
import type { Difference } from './compare.js'
import { arrowColumns, tableOption } from './given-cells.js'

type ViewStep = Extract<Step, { do: 'view' }>

/** A grouped or split view that was asked, and what happened before. */
export interface Asked {
  readonly config: { readonly [key: string]: Json }
  readonly groups: readonly string[]
  readonly splits: readonly string[]
  readonly sort: readonly { readonly column: string; readonly dir: string }[]
  /** True when the table changed after the view was made. */
  readonly isChanged: boolean
  /** True when a row may be written again: by its key, in a ring, or by its number. */
  readonly isOverwritten: boolean
  /** True when updates came together, so that the reference saw only what was left of them. */
  readonly isBatched: boolean
  /** Integer columns of less than 32 bits. */
  readonly narrow: readonly string[]
  /** The widths of columns of unsigned integers, in bits. */
  readonly unsigned: ReadonlyMap<string, number>
  /** Columns of 32-bit floats. */
  readonly singles: readonly string[]
  /** True when the case has a minus zero. */
  readonly hasMinusZero: boolean
  /** True when rows were opened or closed by hand, or a depth set, at all and since the table changed last. */
  readonly isHandled: boolean
  readonly isHandledLast: boolean
  /** True when a depth was set at all. */
  readonly hasDepth: boolean
  /** What our server gave. */
  readonly ours: AnswerCells | null
}

/** A list of names in a config; empty where there is none. */
export const names = (value: Json | undefined) => (Array.isArray(value) ? value.map(String) : [])

/** The aggregate of a shown column, by the name the config has for it; `default` where it names none. */
export function aggregateOf({ config, groups, splits }: Omit<Asked, 'ours'>, column: string): string {
  if (groups.length === 0 && splits.length > 0 && config['group_rollup_mode'] !== 'total') return 'any'
  const aggregates = config['aggregates']
  const base = baseName(column, config)
  if (typeof aggregates !== 'object' || aggregates === null || Array.isArray(aggregates)) return 'default'
  const aggregate = aggregates[base] ?? 'default'
  return String(Array.isArray(aggregate) ? aggregate[0] : aggregate)
}

/** A column's name without the path of its split; columns of the config may have a `|` of their own. */
export function baseName(column: string, { columns, aggregates }: Asked['config']): string {
  const listed = [...names(columns), ...Object.keys(aggregates ?? {})]
  return (
    listed.find((name) => column === name || (name.includes('|') && column.endsWith(`|${name}`))) ?? lastPart(column)
  )
}

const lastPart = (column: string) => column.slice(column.lastIndexOf('|') + 1)

/** True for a view with `high` or `low` among its aggregates. */
export const hasMarks = (asked: Omit<Asked, 'ours'>): boolean =>
  Object.keys(asked.config['aggregates'] ?? {}).some((name) => ['high', 'low'].includes(aggregateOf(asked, name)))

/** True for a step that changes a table, but for removals, which change only one with an index. */
export const isMutation = ({ do: what }: Step) => ['update', 'replace', 'clear', 'batch'].includes(what)

/** True for a step that opens or closes rows of a view. */
export const isByHand = ({ do: what }: Step) => ['expand', 'collapse', 'set_depth'].includes(what)

/** What a read gave as cells, or `column_paths` as columns without rows. */
export function cellsGiven(step: Step, answer: string): AnswerCells | null {
  if (step.do === 'read') return answerCells(step.as, answer)
  if (step.do !== 'column_paths' || !answer.startsWith('[')) return null
  return { names: JSON.parse(answer), types: [], rows: [] }
}

/** True when some view of the case has windows. */
export const hasWindows = ({ steps }: Case): boolean =>
  steps.some((step) => step.do === 'view' && Object.keys(step.config?.['windows'] ?? {}).length > 0)

/** A grouped or split view as it was asked at a step, without what was answered; null for a flat one. */
export function askedAbout(testCase: Case, view: string, index: number): Omit<Asked, 'ours'> | null {
  const { steps } = testCase
  const made = steps.findIndex((other) => other.do === 'view' && other.view === view)
  const { config = {} } = steps[made] as ViewStep
  const [groups, splits] = [names(config['group_by']), names(config['split_by'])]
  if (groups.length + splits.length === 0 && config['group_rollup_mode'] !== 'total') return null
  const terms = Array.isArray(config['sort']) ? config['sort'].map(names) : []
  const sort = terms.map(([column = '', dir = '']) => ({ column, dir }))
  const since = steps.slice(made, index + 1)
  const isIndexed = steps.some((other) => other.do === 'table' && other.options?.['index'] !== undefined)
  const changes = (other: Step) => isMutation(other) || (other.do === 'remove' && isIndexed)
  const arrow = arrowColumns(testCase, made)
  const ofType = (type: RegExp) => arrow.filter((column) => type.test(column.type)).map(({ name }) => name)
  const byHand = since.findLastIndex((other) => isByHand(other) && 'view' in other && other.view === view)
  return {
    config,
    groups,
    splits,
    sort,
    isChanged: since.some(changes),
    isOverwritten: isIndexed || tableOption(testCase, 'limit') !== undefined || /__INDEX__/.test(JSON.stringify(steps)),
    isBatched: since.some((other) => other.do === 'batch' && other.steps.filter(isMutation).length > 1),
    narrow: ofType(/^u?int(8|16)$/),
    unsigned: new Map(
      arrow.flatMap(({ name, type }) => (type.startsWith('uint') ? [[name, Number(type.slice(4))] as const] : [])),
    ),
    singles: ofType(/^float32$/),
    hasMinusZero: /[[:,]\\?"?-0(\.0)?\\?"?[\]},]/.test(JSON.stringify(steps)),
    isHandled: byHand >= 0,
    hasDepth: since.some((other) => other.do === 'set_depth' && other.view === view),
    isHandledLast: byHand > since.findLastIndex(changes),
  }
}

/** A grouped or split view that a step asks, with what our server answered; null for a flat one. */
export function askedView(testCase: Case, { step: index, ours }: Difference): Asked | null {
  const step = testCase.steps[index]
  if (!step || !('view' in step) || step.do === 'view') return null
  const asked = askedAbout(testCase, step.view, index)
  return asked && { ...asked, ours: cellsGiven(step, ours) }
}
