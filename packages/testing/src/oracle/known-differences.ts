import { answerCells } from './answer-cells.js'
import { hasWindows } from './asked-view.js'
import type { Case, Json, Step } from './case.js'
import { type CellDifference, readDifference } from './cell-differences.js'
import type { Difference } from './compare.js'
import { explainDeltas, type Traces } from './delta-differences.js'
import {
  arrowColumns,
  countsNullsAgain,
  hasKeyAroundNull,
  isIndexTurnedText,
  mostRowsAtOnce,
  stepsUntil,
  tableOption,
} from './given-cells.js'
import { bagOfRows, notices, sorted, sortedKeys, withoutMissing, withoutNulls } from './order-free.js'
import { explainView } from './view-differences.js'

/** A difference from the real engine that is meant, or that the real engine has from itself. */
export interface KnownDifference {
  /** Title of its entry in docs/differences.md. */
  id: string
  /**
   * Whether it explains this one difference, by looking at what differs. A case is set aside only if all its differences are
   * explained, so one that parts the servers for good belongs at the end of a case, or is left out by the generators.
   */
  explains(difference: Difference, testCase: Case): boolean
}

type ViewStep = Extract<Step, { do: 'view' }>

/** The step that made the view which a step asks. */
function viewOf({ steps }: Case, index: number): ViewStep | undefined {
  const step = steps[index]
  if (!step || !('view' in step)) return undefined
  return steps.find((other): other is ViewStep => other.do === 'view' && other.view === step.view)
}

const namesIn = (value: Json | undefined) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : []

/** True for a question whose answer depends on which rows there are. */
const isOfRows = (step: Step | undefined) =>
  step !== undefined && ['read', 'dimensions', 'min_max', 'column_paths', 'size'].includes(step.do)

const isError = (text: string) => text.startsWith('error')

const isAtan = (text: unknown) => typeof text === 'string' && /\batan\(/i.test(text)

/** Whether only the real engine refuses a program, as it does operators between `atan` and another function. */
function explainsAtan({ step, part, real, ours }: Difference, testCase: Case): boolean {
  const asked = testCase.steps[step]
  const refusal = 'General parsing error at token'
  if (asked?.do !== 'validate') {
    const expressions = viewOf(testCase, step)?.config?.['expressions']
    if (!Object.values(expressions ?? {}).some(isAtan)) return false
    if (part === 'frames') return asked?.do === 'view' ? real === `50@${step}` && ours === `6@${step}` : real === ''
    return asked?.do === 'view' ? real.includes(refusal) && ours === 'done' : real.startsWith('skipped: no view')
  }
  if (part !== 'answer' || isError(real) || isError(ours)) return false
  const [given, found] = [JSON.parse(real), JSON.parse(ours)]
  for (const [name, { error_message: message }] of Object.entries<{ error_message: string }>(given.errors)) {
    if (!isAtan(asked.expressions[name]) || !message.startsWith(refusal) || found.errors[name]) continue
    delete given.errors[name]
    delete found.expression_schema[name]
  }
  return JSON.stringify(given) === JSON.stringify(found)
}

/** Whether a read differs only in cells that are meant. */
function isOfCells(
  { step, part, real, ours }: Difference,
  testCase: Case,
  isMeant: (cell: CellDifference) => boolean,
): boolean {
  const read = testCase.steps[step]
  if (read?.do !== 'read' || part !== 'answer') return false
  const [cells, ourCells] = [answerCells(read.as, real), answerCells(read.as, ours)]
  const found = cells && ourCells && readDifference(cells, ourCells, testCase.tolerance ?? 0)
  if (!found || found.cells.length === 0) return false
  const others = [found.names, found.extras, found.types, found.orders]
  return others.every((list) => list.length === 0) && found.cells.every(isMeant)
}

/** What a view's config has under `key` for a column: the text of an expression, a window. */
const derivedOf = (testCase: Case, step: number, key: 'expressions' | 'windows', column: string): unknown =>
  Object(viewOf(testCase, step)?.config?.[key])[column]

/** Whether a view filters a column of narrow or unsigned integers by a number that it cannot hold. */
function hasUnfitTerm(testCase: Case, step: number): boolean {
  const filter = viewOf(testCase, step)?.config?.['filter']
  if (!Array.isArray(filter)) return false
  const types = new Map(arrowColumns(testCase, step).map(({ name, type }) => [name, type]))
  return filter.map(Object).some(([column, , given]) => {
    const [, unsigned, width] = /^(u?)int(\d+)$/.exec(types.get(String(column)) ?? '') ?? []
    if (width === undefined) return false
    const bits = Number(width) - (unsigned ? 0 : 1)
    const fits = (term: unknown) =>
      typeof term !== 'number' || (term < 2 ** bits && term >= (unsigned ? 0 : -(2 ** bits)))
    return ![given].flat().every(fits)
  })
}

/** Mirrors docs/differences.md, as far as the generators ask for it. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    id: 'Server: an update to an unknown port is an error',
    explains: ({ step, part, real, ours }, { steps }) => {
      const asked = steps[step]
      if (asked?.do !== 'update' || asked.port !== 9) return false
      if (part === 'frames') return true
      return part === 'answer' && (real === 'done' || isError(real)) && ours.includes('has no port 9')
    },
  },
  {
    id: 'Server: notifications of two requests are not mixed',
    explains({ step, part, real, ours }, { steps }) {
      const asked = steps[step]
      if (asked?.do !== 'batch' || !asked.steps.some((inner) => inner.do === 'remove')) return false
      if (part === 'frames') return sorted(real.split(' ')) === sorted(ours.split(' '))
      return part === 'events' && sorted(notices(sortedKeys(real))) === sorted(notices(sortedKeys(ours)))
    },
  },
  {
    id: 'Server: a closed session lets a lazy delete finish',
    explains({ step, part, real, ours }, { steps }) {
      if (!steps.some((asked, at) => asked.do === 'close' && at <= step)) return false
      if (part === 'frames')
        return sorted(real.split(' ')) === sorted(ours.split(' ').filter((frame) => !/^(28|29|0)@/.test(frame)))
      const told = ours.split('\n').filter((line) => !/answered: done$|: table deleted$|: hosted$/.test(line))
      return part === 'events' && told.join('\n') === real
    },
  },
  {
    id: 'Server: removals from a table that was emptied are told',
    explains({ step, part, real, ours }, { steps }) {
      const isFiltered = steps.some(
        (other) => other.do === 'view' && (other.config?.['filter'] ?? []).toString() !== '',
      )
      const isEmptied = steps.slice(0, step).some(({ do: what }) => what === 'clear' || what === 'replace')
      if (steps[step]?.do !== 'remove' || !isFiltered || !isEmptied) return false
      if (part === 'frames') return `${ours.replace(/ 21@\d+/g, '')} 50@?` === real
      return (
        part === 'events' &&
        real === '' &&
        notices(ours).every((notice) => /: update on port 0(, arrow, [01] rows|$)/.test(notice))
      )
    },
  },
  {
    id: 'Server: a request that fails swallows no notifications',
    explains: ({ step, part, real, ours }, { steps }) =>
      steps[step]?.do === 'batch' &&
      (part === 'frames' || (part === 'events' && real.split('\n').every((line) => ours.includes(line)))),
  },
  {
    id: 'Server: errors answer requests',
    explains: ({ part, real, ours }) => part === 'frames' && real.replaceAll(' 50@?', '') === ours,
  },
  {
    id: 'Server: get_config gives `in` filters back as they were sent',
    explains: ({ step, part, real, ours }, { steps }) =>
      steps[step]?.do === 'config' && part === 'answer' && withoutNulls(real) === ours,
  },
  {
    // The reference's text, then where: nothing else may follow, answer by answer in a batch.
    id: 'Formats in: errors say where',
    explains({ part, real, ours }) {
      const [lines, others] = [real, ours].map((text) => text.split('\n').filter((line) => line !== ''))
      if (part !== 'answer' || lines!.length !== others!.length) return false
      return lines!.every((line, i) => {
        const other = others![i]!
        if (line === other) return true
        return (
          isError(line) &&
          other.startsWith(line.trimEnd()) &&
          /^ \((?:CSV )?column .*\)$/.test(other.slice(line.trimEnd().length))
        )
      })
    },
  },
  {
    id: 'Server: removed keys come in order',
    explains: ({ part, real, ours }) => part === 'events' && sortedKeys(real) === sortedKeys(ours),
  },
  {
    id: 'Views: a view without columns has the rows of its table',
    explains({ step, part, real, ours }, testCase) {
      const asked = testCase.steps[step]
      const { columns, filter } = viewOf(testCase, step)?.config ?? {}
      if (part !== 'answer' || columns?.toString() !== '') return false
      if (asked?.do === 'min_max') return filter !== undefined
      if (asked?.do === 'read') {
        if (asked.as === 'arrow') return [real, ours].every((text) => /^arrow, \d+ rows$/.test(text))
        // Nothing but ids.
        const [cells, ourCells] = [answerCells(asked.as, real), answerCells(asked.as, ours)]
        return [cells, ourCells].every((each) => each?.names.every((name) => name.startsWith('__')))
      }
      const others = (text: string) => text.replace(/"num_view_rows":\d+/, '')
      return asked?.do === 'dimensions' && others(real) === others(ours)
    },
  },
  {
    // Only where the real engine has met a NaN first: there it finds no number after it.
    id: 'Views: NaN is no extent',
    explains: ({ step, part, real }, { steps }) =>
      steps[step]?.do === 'min_max' &&
      part === 'answer' &&
      real.includes('null') &&
      /"NaN"/.test(JSON.stringify(steps)),
  },
  {
    id: 'Views: ties of a sort by absolute value keep their order',
    explains: ({ step, part, real, ours }, testCase) => {
      const read = testCase.steps[step]
      if (read?.do !== 'read' || read.window || part !== 'answer') return false
      const { group_by, sort } = viewOf(testCase, step)?.config ?? {}
      if (group_by || !/ abs"/.test(JSON.stringify(sort ?? ''))) return false
      return bagOfRows(read.as, real) === bagOfRows(read.as, ours)
    },
  },
  {
    id: 'A view that is refused late',
    explains: ({ step, part, real, ours }, testCase) =>
      testCase.steps[step]?.do === 'view' &&
      ((part === 'answer' && real === 'done' && /Unexpected (dtype|coltype)/.test(ours)) ||
        // The same, of a view that no step names again.
        (part === 'frames' && real === `6@${step}` && ours === `50@${step}`)),
  },
  {
    id: 'Which of several mistakes in a view config is reported',
    explains({ step, part, real, ours }, testCase) {
      const made = testCase.steps[step]
      if (part === 'answer' && (made?.do === 'validate' || made?.do === 'view')) {
        if (withoutMissing(real, made) === withoutMissing(ours, made)) return true
      }
      if (made?.do !== 'view' || part !== 'answer' || !isError(real) || !isError(ours)) return false
      const maps = ['expressions', 'windows', 'aggregates'].flatMap((key) => namesIn(made.config?.[key]))
      return maps.length > 1
    },
  },
  {
    id: 'Expressions: errors are whole',
    explains: ({ step, part, real, ours }, { steps }) =>
      ['validate', 'view'].includes(steps[step]?.do ?? '') &&
      part === 'answer' &&
      real
        .replace('nly variables, strings, vectors', 'Only variables, strings, vectors')
        .replace(/(General token error: (?:\\"|[^"\\])(?:\\u0000|\0))/g, (text) => text.replace(/\\u0000|\0/, '')) ===
        ours,
  },
  {
    id: 'Expressions: the text of NaN has no sign',
    explains: ({ step, part, real, ours }, { steps }) =>
      steps[step]?.do === 'read' && part === 'answer' && real.replaceAll('-nan', 'nan') === ours,
  },
  {
    id: 'Expressions: `atan` beside another function',
    explains: explainsAtan,
  },
  {
    id: 'Expressions: powers of what `trunc` gives',
    explains: (difference, testCase) =>
      isOfCells(difference, testCase, ({ column }) =>
        /(pow\(|\^).*trunc\(/i.test(String(derivedOf(testCase, difference.step, 'expressions', column))),
      ),
  },
  {
    id: 'Expressions: `acosh` of numbers below 1',
    explains: (difference, testCase) =>
      isOfCells(
        difference,
        testCase,
        ({ column, ours }) =>
          /^(null|NaN)$/.test(ours) &&
          /\bacosh\(/i.test(String(derivedOf(testCase, difference.step, 'expressions', column))),
      ),
  },
  {
    // Numbers that the generators have at the edge of integers.
    id: 'Windows: the deviation of numbers after large ones',
    explains: (difference, testCase) =>
      /\b(2147483647|65536|32769)\b/.test(JSON.stringify(testCase.steps)) &&
      isOfCells(difference, testCase, ({ column }) => {
        const { aggregate } = Object(derivedOf(testCase, difference.step, 'windows', column))
        return aggregate === 'stddev' || aggregate === 'var'
      }),
  },
  {
    id: 'Views: numbers in filters beyond their column',
    explains: ({ step, part }, testCase) =>
      part === 'answer' && isOfRows(testCase.steps[step]) && hasUnfitTerm(testCase, step),
  },
  {
    id: 'Tables: a null key between two rows of another',
    explains: ({ step, part }, testCase) =>
      part === 'answer' && isOfRows(testCase.steps[step]) && hasKeyAroundNull(testCase, step),
  },
  {
    id: 'Tables: an index that becomes text',
    explains: ({ step, part }, testCase) =>
      part === 'answer' && isOfRows(testCase.steps[step]) && isIndexTurnedText(testCase),
  },
  {
    // The null key of a row whose index column is left out.
    id: 'Tables: a row made through `__INDEX__` has its key',
    explains: ({ step, part }, testCase) =>
      part === 'answer' &&
      isOfRows(testCase.steps[step]) &&
      stepsUntil(testCase, step).some(
        (asked) => 'data' in asked && /__INDEX__\\?":null/.test(JSON.stringify(asked.data)),
      ),
  },
  {
    id: 'Windows: rows that come and go between two polls',
    explains({ step, part }, testCase) {
      const config = viewOf(testCase, step)?.config
      const isPivoted = ['group_by', 'split_by'].some((key) => Array.isArray(config?.[key]) && config[key].length > 0)
      const limit = Number(tableOption(testCase, 'limit') ?? Number.POSITIVE_INFINITY)
      return (
        part === 'answer' &&
        isOfRows(testCase.steps[step]) &&
        isPivoted &&
        hasWindows(testCase) &&
        mostRowsAtOnce(testCase, step) > limit
      )
    },
  },
  {
    id: 'Windows: rows with nulls are counted once',
    explains({ step, part }, testCase) {
      const { group_by, split_by } = viewOf(testCase, step)?.config ?? {}
      const pivots = [group_by, split_by].flatMap((names) => (Array.isArray(names) ? names.map(String) : []))
      return part === 'answer' && isOfRows(testCase.steps[step]) && countsNullsAgain(testCase, step, pivots)
    },
  },
  {
    id: 'Row paths of a group by a window column in Arrow and CSV',
    explains({ step, part }, testCase) {
      const read = testCase.steps[step]
      if (read?.do !== 'read' || !['answer', 'frames'].includes(part) || !['arrow', 'csv', 'typed'].includes(read.as))
        return false
      const config = viewOf(testCase, step)?.config
      const groups = config?.['group_by']
      return Array.isArray(groups) && namesIn(config?.['windows']).some((name) => groups.includes(name))
    },
  },
]

/** The titles of the differences that together explain this one; none when it is not meant. */
export function explain(difference: Difference, testCase: Case, traces?: Traces): string[] {
  const known = knownDifferences.find((each) => each.explains(difference, testCase))
  if (known !== undefined) return [known.id]
  if (difference.part === 'events') return traces === undefined ? [] : explainDeltas(difference, testCase, traces)
  return explainView(difference, testCase)
}
