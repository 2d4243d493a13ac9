import { type AnswerCells, answerCells } from './answer-cells.js'
import { type Asked, aggregateOf, askedAbout, hasMarks, hasWindows, isByHand, isMutation, names } from './asked-view.js'
import type { Case, Step, Trace } from './case.js'
import { isNothing } from './cell-differences.js'
import type { Difference } from './compare.js'
import { align, changedRows, hasRow, moreRows, type Row } from './delta-rows.js'
import { countsNullsAgain } from './given-cells.js'
import { explainCells } from './view-differences.js'

/** What both servers showed at every step of a case. */
export interface Traces {
  readonly real: Trace
  readonly ours: Trace
}

/** One call of an `on_update`. */
interface Notice {
  readonly text: string
  /** Who was told, and by which port. */
  readonly head: string
  readonly view: string
  readonly delta: AnswerCells | null
}

/** Two deltas of a view that differ, and when. */
interface About {
  readonly view: string
  readonly real: AnswerCells
  readonly ours: AnswerCells
  readonly step: number
  readonly testCase: Case
  readonly traces: Traces
}

const exact = 'Grouped views: deltas hold exactly what differs'

const empties = (step: Step): boolean =>
  step.do === 'replace' || step.do === 'clear' || (step.do === 'batch' && step.steps.some(empties))

/** What subscribers of deltas were told; null when there is something else. */
function notices(events: string, { steps }: Case): Notice[] | null {
  if (events === '') return []
  const found: Notice[] = []
  for (const text of events.split(/\n(?=[^\n"]*: (?:update|remove) on port )/)) {
    const [, head, label, arrow] = /^((.*): update on port \d+)(?:, (arrow,[\s\S]*))?$/.exec(text) ?? []
    const subscribed = steps.find((step) => step.do === 'on_update' && step.label === label)
    if (head === undefined || subscribed?.do !== 'on_update') return null
    found.push({ text, head, view: subscribed.view, delta: arrow === undefined ? null : answerCells('arrow', arrow) })
  }
  return found
}

/** What whole reads of the view showed before and after, when nothing else changed in between; null without such reads. */
function readsAround({ testCase: { steps }, step, view }: About, trace: Trace): [AnswerCells, AnswerCells] | null {
  const isRead = (other: Step) => other.do === 'read' && other.view === view && other.as === 'arrow' && !other.window
  const before = steps.findLastIndex((other, at) => at < step && isRead(other))
  const after = steps.findIndex((other, at) => at > step && isRead(other))
  if (before < 0 || after < 0) return null
  const between = [...steps.slice(before, step), ...steps.slice(step + 1, after)]
  const moves = (other: Step) => isByHand(other) && 'view' in other && other.view === view
  if (between.some((other) => isMutation(other) || other.do === 'remove' || moves(other))) return null
  const [first, last] = [before, after].map((at) => answerCells('arrow', trace.entries[at]?.answer ?? 'error'))
  return first && last ? [first, last] : null
}

/** Whether a view has a count, shown or sorted by: `count` by name, or what a column of texts, dates or booleans has. */
const mayCount = (asked: Omit<Asked, 'ours'>, { names, types }: AnswerCells): boolean =>
  names.some((name, at) => {
    const aggregate = aggregateOf(asked, name)
    return aggregate === 'count' || (aggregate === 'default' && types[at] === 'Int64')
  }) ||
  asked.sort.some(({ column }) => !names.includes(column) && ['count', 'default'].includes(aggregateOf(asked, column)))

/** Whether one of some rows, the other server's, is of the same group. */
const isAmong = (rows: readonly Row[], { path }: Row) => rows.some((row) => row.path === path)

/**
 * Explains the delta of a grouped view: ours has the rows that two reads show differently, and beside a count those that both
 * servers tell of though they did not change; the real engine's is of rows that it shows, too, but not of those that only lost
 * cells or changed their share, and of more that did not change where there is no count.
 */
function explainGrouped(about: About, asked: Omit<Asked, 'ours'>): string[] {
  const { real, ours, step, testCase, traces } = about
  const { columns, group_rollup_mode: mode } = asked.config
  if (Array.isArray(columns) && columns.length === 0) return [exact]
  const isEmptied = empties(testCase.steps[step]!)
  const rowsIn = (trace: Trace) => {
    const [before, after] = readsAround(about, trace) ?? []
    return before && after ? changedRows(isEmptied ? { ...before, rows: [] } : before, after) : null
  }
  const [realRows, ourRows] = [rowsIn(traces.real), rowsIn(traces.ours)]
  if (realRows === null || ourRows === null) return []
  // A total without rows is not told of when the table was emptied.
  const mayMiss = (row: Row) => isEmptied && mode !== 'flat' && row === ourRows[0]
  const ourWeight = (row: Row) => (row.changed?.length === 0 || mayMiss(row) ? 0 : 1)
  const own = align(ours, ourRows, ourWeight)
  if (own === null || own.misses.length > 0) return []
  // What went and came back in one poll was seen in between where there are marks.
  const isSeen = asked.isBatched && hasMarks(asked)
  const extras = own.extras.filter((row) => !mayMiss(row))
  const hasCount = mayCount(asked, ours)
  if (!isSeen && !hasCount && extras.length > 0) return []
  const isLeftOut = ({ changed, cells }: Row) =>
    changed?.every(({ column, cell }) => cell === 'null' || aggregateOf(asked, column).startsWith('pct')) ??
    cells.every((cell) => cell === 'null')
  const theirs = align(real, realRows, (row) => (row.changed?.length === 0 ? 0 : isLeftOut(row) ? 1 : 1e6))
  if (!theirs?.misses.every(isLeftOut)) return []
  // Beside a count both tell of what was written. But the real engine takes nothing for another value than it was,
  const isNothingNew = ({ cells }: Row) => cells.some((cell) => cell === 'null' || isNothing(cell))
  // and tells of the total of a split view when a key is removed that it does not have,
  const isTotal = (row: Row) => testCase.steps[step]?.do === 'remove' && asked.splits.length > 0 && row === realRows[0]
  // of rows that do not pass a filter, of groups sorted by a hidden column, and of those in which a window was worked out anew.
  const sortsHidden = asked.sort.some(({ column }) => Array.isArray(columns) && !columns.includes(column))
  const tellsMore = !hasCount || names(asked.config['filter']).length > 0 || sortsHidden || hasWindows(testCase)
  const mayTell = (row: Row) => tellsMore || isNothingNew(row) || isTotal(row) || isAmong(own.extras, row)
  if (!theirs.extras.every(mayTell)) return []
  const told = [...theirs.extras, ...realRows.filter(({ changed }) => changed?.length !== 0)]
  return isSeen || extras.every((row) => isAmong(told, row)) ? [exact] : []
}

/**
 * Explains the delta of a view that only splits: the real engine tells also of rows that an update touched where it has
 * something for nothing, or which it sorts by a hidden column.
 */
function explainSplit(about: About, { config, sort }: Omit<Asked, 'ours'>): string[] {
  const { real, ours, traces } = about
  // Sorted rows and columns that tie are in another order, as in reads.
  const more = moreRows(real, ours, sort.length > 0)
  const after = readsAround(about, traces.real)?.[1]
  if (more === null || after === undefined) return []
  const { columns } = config
  const sortsHidden = sort.some(({ column }) => Array.isArray(columns) && !columns.includes(column))
  // The total, which is not shown, is told of once.
  const hidden = more.filter((row) => !hasRow(after, ours.names, row))
  const isKnown = (row: readonly string[]) => sortsHidden || row.some(isNothing)
  return hidden.length <= 1 && more.every(isKnown) ? [exact] : []
}

/**
 * Explains the delta of a flat view: rows that tie in a sort by absolute values may change places, and where the table has
 * windows the real engine tells of rows that did not change.
 */
function explainFlat(about: About): string[] {
  const { view, real, ours, testCase, traces } = about
  const made = testCase.steps.find((step) => step.do === 'view' && step.view === view)
  const { columns, sort } = (made?.do === 'view' && made.config) || {}
  if (Array.isArray(columns) && columns.length === 0) return ['Views: a view without columns has the rows of its table']
  const isTied = JSON.stringify(sort ?? '').includes(' abs"')
  const more = moreRows(real, ours, isTied)
  if (more === null) return []
  if (more.length === 0) return isTied ? ['Views: ties of a sort by absolute value keep their order'] : []
  const reads = readsAround(about, traces.real)
  const isUnchanged = reads && more.every((row) => reads.every((read) => hasRow(read, ours.names, row)))
  return isUnchanged && hasWindows(testCase) ? ['Windows: deltas hold exactly what differs'] : []
}

function explainDelta(about: About): string[] {
  const { view, real, ours, step, testCase } = about
  const asked = askedAbout(testCase, view, step)
  if (asked === null) return explainFlat(about)
  if (countsNullsAgain(testCase, step, [...asked.groups, ...asked.splits]))
    return ['Windows: rows with nulls are counted once']
  const cells = explainCells(real, ours, { ...asked, ours }, testCase)
  if (cells.length > 0) return cells
  const isGrouped = asked.groups.length > 0 || asked.config['group_rollup_mode'] === 'total'
  return isGrouped ? explainGrouped(about, asked) : explainSplit(about, asked)
}

/** The titles of the differences that together explain what subscribers of deltas were told; none when something is left. */
export function explainDeltas(difference: Difference, testCase: Case, traces: Traces): string[] {
  const [real, ours] = [difference.real, difference.ours].map((events) => notices(events, testCase))
  if (!real || !ours || real.length !== ours.length) return []
  const ids: string[] = []
  for (const [at, { text, head, view, delta }] of real.entries()) {
    const other = ours[at]!
    if (text === other.text) continue
    if (head !== other.head || delta === null || other.delta === null) return []
    const found = explainDelta({ view, real: delta, ours: other.delta, step: difference.step, testCase, traces })
    if (found.length === 0) return []
    ids.push(...found)
  }
  return ids
}
