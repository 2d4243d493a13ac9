import type { Case, Step } from './case.js'
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

/** Mirrors docs/differences.md. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    id: 'Server: an update to an unknown port is an error',
    reason: 'success is answered and the data dropped',
    explains: ({ step, part, ours }, { steps }) =>
      (part === 'answer' && /has no port \d+: make one/.test(ours)) ||
      (part === 'frames' && calls(steps[step]!).some((call) => 'port' in call) && /\b50@/.test(ours)),
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
    id: 'Server: removed keys come in order',
    reason: 'their order is that of a hash table',
    explains: ({ part, real, ours }) => part === 'events' && sortedKeys(real) === sortedKeys(ours),
  },
]

/** Events with the values of each removal's one column in one order. */
function sortedKeys(events: string): string {
  return events.replace(/(: remove on port .*\n)(.*)/g, (_, head: string, column: string) => {
    const [type = '', values = ''] = column.split(/: (.*)/)
    return `${head}${type.replace(/\[.*\]/, '')}: ${values.split(' ').sort().join(' ')}`
  })
}
