import type { Case, Entry, Step, Trace } from './case.js'

/** One place where two servers showed different things. */
export interface Difference {
  step: number
  part: 'answer' | 'events' | 'frames' | 'crash'
  real: string
  ours: string
  /** Groups differences that likely have one cause: the call, the part, and error texts without names and numbers. */
  signature: string
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Equal texts, or equal but for floats that are within the relative tolerance. */
function same(a: string, b: string, tolerance: number | undefined): boolean {
  if (a === b) return true
  if (!tolerance || a.replace(number, '0') !== b.replace(number, '0')) return false
  const left = a.match(number) ?? []
  const right = b.match(number) ?? []
  return left.every((text, i) => {
    const other = right[i]!
    if (text === other) return true
    if (!/[.e]/i.test(text + other)) return false
    return (
      Math.abs(Number(text) - Number(other)) <= tolerance * Math.max(Math.abs(Number(text)), Math.abs(Number(other)))
    )
  })
}

const masked = (text: string) =>
  text
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '_')
    .replace(number, 'N')
    .slice(0, 90)

function kind(text: string): string {
  if (/^(error|skipped|pending)/.test(text)) return masked(text.split('\n')[0]!)
  return 'a value'
}

function callName(step: Step): string {
  if (step.do === 'read') return `read ${step.as}`
  if ('data' in step) return `${step.do} ${step.data.format}`
  return step.do
}

function difference(steps: Step[], index: number, part: Difference['part'], real: string, ours: string): Difference {
  const step = steps[index]!
  const kinds = part === 'answer' && kind(real) !== kind(ours) ? `: ${kind(real)} / ${kind(ours)}` : ''
  return { step: index, part, real, ours, signature: `${callName(step)}, ${part}${kinds}` }
}

const parts = (entry: Entry) =>
  [
    ['answer', entry.answer],
    ['events', entry.events.join('\n')],
    ['frames', entry.frames.join(' ')],
  ] as const

/** Every difference, in order of steps. What follows a crash of the real engine is not compared. */
export function compareTraces(testCase: Case, real: Trace, ours: Trace): Difference[] {
  const found: Difference[] = []
  const { steps, tolerance } = testCase
  for (const [index, entry] of real.entries.entries()) {
    const other = ours.entries[index]
    const last = index === real.entries.length - 1
    if (real.crash && last) break
    if (!other || (ours.crash && index === ours.entries.length - 1)) {
      found.push(difference(steps, index, 'crash', entry.answer, ours.crash ?? 'no entry'))
      break
    }
    const others = parts(other)
    for (const [i, [part, text]] of parts(entry).entries()) {
      const [, otherText] = others[i]!
      if (!same(text, otherText, tolerance)) found.push(difference(steps, index, part, text, otherText))
    }
  }
  return found
}
