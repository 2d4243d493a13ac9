import type { Case, Data, Json, Step } from './case.js'
import type { Difference } from './compare.js'

/** A difference from the real engine that is meant, or that the real engine has from itself. */
export interface KnownDifference {
  /** Title of its entry in docs/differences.md. */
  id: string
  reason: string
  /** Whether it explains this one difference. Keep it narrow: a case is set aside only if all its differences are explained. */
  explains(difference: Difference, testCase: Case): boolean
}

/** The calls of a step, those of a batch one by one. */
const calls = (step: Step): Step[] => (step.do === 'batch' ? step.steps : [step])

/** Whether a step up to the difference made the servers part ways. */
const parted = ({ step }: Difference, { steps }: Case, does: (step: Step) => boolean) =>
  steps.slice(0, step + 1).some(does)

const lines = (text: string) => text.split('\n')

const empties = (step: Step) => step.do === 'replace' || step.do === 'clear'

/** Values of `in` filters without the nulls that the real engine puts before them; one value stands for itself. */
const withoutNulls = (config: string) =>
  config.replace(/,"(not )?in",\[([^\]]*)\]/g, (_, not = '', list: string) => {
    const values: unknown[] = JSON.parse(`[${list}]`)
    const given = values.slice(values.length / 2)
    return `,"${not}in",${JSON.stringify(given.length === 1 ? given[0] : given)}`
  })

type ViewStep = Extract<Step, { do: 'view' }>

/** The step that made the view which a step asks. */
function viewOf(testCase: Case, index: number): ViewStep | undefined {
  const step = testCase.steps[index]
  if (!step || !('view' in step)) return undefined
  return testCase.steps.find((other): other is ViewStep => other.do === 'view' && other.view === step.view)
}

const entries = (value: Json | undefined) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : []

const isError = (text: string) => text.startsWith('error')

/** Mirrors docs/differences.md. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    id: 'Server: an update to an unknown port is an error',
    // The dropped rows still count for the ring of a table with a limit.
    reason: 'success is answered and the data dropped',
    explains: (difference, testCase) => {
      const ports = testCase.steps.filter((step) => step.do === 'port').length
      return parted(difference, testCase, (step) =>
        calls(step).some((call) => call.do === 'update' && (call.port ?? 0) > ports),
      )
    },
  },
  {
    id: 'Server: replace takes NDJSON',
    reason: 'the table is emptied and an error answered',
    explains: (difference, testCase) =>
      parted(difference, testCase, (step) =>
        calls(step).some((call) => call.do === 'replace' && call.data.format === 'ndjson'),
      ),
  },
  {
    id: 'Server: a replacement leaves nothing of what was before',
    reason: 'what is queued survives a replacement',
    explains: (difference, testCase) =>
      parted(difference, testCase, (step) => calls(step).some((call, position) => position > 0 && empties(call))),
  },
  {
    id: 'Server: a request that fails swallows no notifications',
    reason: 'the error is answered and the notifications are lost',
    explains: ({ step, part, real, ours }, testCase) =>
      testCase.steps[step]?.do === 'batch' &&
      (part === 'frames' || (part === 'events' && lines(real).every((line) => line === '' || ours.includes(line)))),
  },
  {
    id: 'Server: get_config gives `in` filters back as they were sent',
    reason: 'values come back after as many nulls',
    explains: ({ step, part, real, ours }, testCase) =>
      testCase.steps[step]?.do === 'config' && part === 'answer' && withoutNulls(real) === ours,
  },
  {
    id: 'Tables: a row made through `__INDEX__` has its key',
    reason: 'its index column is null; without an index, its number orders it',
    explains: (difference, testCase) =>
      parted(difference, testCase, (step) =>
        calls(step).some((call) => 'data' in call && text(call.data).includes('__INDEX__')),
      ),
  },
  {
    id: 'Tables: the last row of a key wins, of a null key too',
    reason: 'of several rows of one batch with a null key, any may win',
    explains: (difference, testCase) => {
      const made = testCase.steps.find((step) => step.do === 'table')
      const index = made?.options?.['index']
      if (typeof index !== 'string' || difference.part === 'frames' || difference.ours.startsWith('error')) return false
      return parted(difference, testCase, (step) =>
        calls(step).some((call) => 'data' in call && nullKeys(call.data, index) > 1),
      )
    },
  },
  {
    id: 'Tables: minus zero and zero are one key, which stays as it was',
    reason: 'an update writes the sign of zero into the key',
    explains: ({ real, ours }, { steps }) =>
      steps.some((step) => 'data' in step && text(step.data).includes('-0')) && unsigned(real) === unsigned(ours),
  },
  {
    id: 'Tables: JSON updates columns of every width',
    reason: 'a column that Arrow gave another width than int32, int64 or float64 refuses JSON',
    explains: (difference, testCase) =>
      parted(difference, testCase, (step) =>
        calls(step).some(
          (call) =>
            'data' in call &&
            call.data.format === 'arrow' &&
            /"(float32|u?int(8|16)|uint32|uint64)"/.test(text(call.data)),
        ),
      ) &&
      (difference.real.includes('JSON field not yet implemented') || !difference.ours.startsWith('error')),
  },
  {
    id: 'Tables: an empty object of NDJSON is a row',
    reason: 'it is nothing, unlike in JSON',
    explains: (difference, testCase) =>
      parted(difference, testCase, (step) =>
        calls(step).some((call) => 'data' in call && call.data.format === 'ndjson' && call.data.rows.includes('{}')),
      ),
  },
  {
    id: 'Views: a row whose cell was cleared passes `is null`',
    reason: 'not until the view is made again',
    explains: ({ part, real, ours }, { steps }) =>
      (part === 'answer' || part === 'events') &&
      steps.some((each) => each.do === 'view' && /"is (not )?null"/.test(JSON.stringify(each.config ?? {}))) &&
      steps.flatMap(calls).some((call) => call.do === 'update' && hasNull(call.data)) &&
      !real.startsWith('error') &&
      !ours.startsWith('error'),
  },
  {
    id: 'Views: a view without columns has the rows of its table',
    reason: 'it has those that were overwritten, too',
    explains: ({ step, part, real, ours }, { steps }) =>
      steps[step]!.do === 'dimensions' &&
      part === 'answer' &&
      real.replace(/"num_view_rows":\d+/, '') === ours.replace(/"num_view_rows":\d+/, '') &&
      steps.some((each) => each.do === 'view' && each.config?.['columns']?.toString() === ''),
  },
  {
    id: 'Views: nulls sort as one value',
    reason: 'where a null sorts depends on the format it came in, and explicit ones are in no order with values',
    explains: ({ step, part, real, ours }, { steps }) =>
      (part === 'answer' || part === 'events') &&
      steps.some((each) => each.do === 'view' && 'sort' in (each.config ?? {})) &&
      steps.flatMap(calls).some((call) => (call.do === 'update' || call.do === 'replace') && hasNull(call.data)) &&
      (isWindowed(steps[step]!) || letters(real) === letters(ours)),
  },
  {
    id: 'Views: ties of a sort by absolute value keep their order',
    reason: 'texts, and nulls and zeros, come out in the reverse order or with no regard to the sorts that follow',
    explains: ({ step, part, real, ours }, { steps }) =>
      (part === 'answer' || part === 'events') &&
      steps.some((each) => each.do === 'view' && /"(asc|desc) abs"/.test(JSON.stringify(each.config ?? {}))) &&
      (isWindowed(steps[step]!) || letters(real) === letters(ours)),
  },
  {
    id: 'Server: removed keys come in order',
    reason: 'their order is that of a hash table',
    explains: ({ part, real, ours }) => part === 'events' && sortedKeys(real) === sortedKeys(ours),
  },
  {
    id: 'Which of several mistakes in a view config is reported',
    reason: 'the reference walks maps of expressions, windows and aggregates in the order of a seeded hash',
    explains({ step, part, real, ours }, testCase) {
      const made = testCase.steps[step]
      if (made?.do !== 'view' || part !== 'answer' || !isError(real) || !isError(ours)) return false
      const maps = ['expressions', 'windows', 'aggregates'].flatMap((key) => entries(made.config?.[key]))
      return maps.length > 1
    },
  },
  {
    id: 'Row paths of a group by a window column in Arrow and CSV',
    reason: 'the reference does not know the type of the column there: it fails, or writes chance bytes',
    explains({ step, part }, testCase) {
      const read = testCase.steps[step]
      if (read?.do !== 'read' || part !== 'answer' || !['arrow', 'csv', 'typed'].includes(read.as)) return false
      const config = viewOf(testCase, step)?.config
      const groups = config?.['group_by']
      return Array.isArray(groups) && entries(config?.['windows']).some((name) => groups.includes(name))
    },
  },
]

const text = (data: Data) => JSON.stringify(data)

/** Whether data has a null or an empty cell in so many words. */
function hasNull(data: Data): boolean {
  if (data.format === 'csv') return data.rows.some((row) => row.split(',').includes(''))
  return /\bnull\b/.test(text(data))
}

/** Rows without a key. */
function nullKeys(data: Data, index: string): number {
  const missing = (cells: readonly unknown[] | undefined) =>
    cells?.filter((cell) => cell === null || cell === 'null').length
  switch (data.format) {
    case 'json':
    case 'ndjson':
      return data.rows.filter((row) => (JSON.parse(row)[index] ?? null) === null).length
    case 'columns':
      return missing(data.columns.find(([name]) => name === index)?.[1]) ?? Infinity
    case 'arrow':
      return missing(data.columns.find(({ name }) => name === index)?.values) ?? Infinity
    case 'csv': {
      const at = data.header.split(',').indexOf(index)
      return data.rows.filter((row) => (row.split(',')[at] ?? '') === '').length
    }
    default:
      return 0
  }
}

const unsigned = (shown: string) => shown.replace(/-0\b/g, '0')

/** Whether what was read cannot be compared as a bag of rows. */
const isWindowed = (step: Step) => step.do === 'read' && (step.window !== undefined || step.as === 'typed')

/** The characters of a text in one order: equal for the same rows in another order. */
const letters = (text: string) => [...text].sort().join('')

/** Events with the values of each removal's one column in one order. */
function sortedKeys(events: string): string {
  return events.replace(/(: remove on port .*\n)(.*)/g, (_, head: string, column: string) => {
    const [type = '', values = ''] = column.split(/: (.*)/)
    return `${head}${type.replace(/\[.*\]/, '')}: ${values.split(' ').sort().join(' ')}`
  })
}
