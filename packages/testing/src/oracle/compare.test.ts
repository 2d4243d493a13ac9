import { expect, test } from 'vitest'
import type { Case, Trace } from './case.js'
import { compareTraces } from './compare.js'

const testCase: Case = { category: 'table', seed: 1, steps: [{ do: 'hosted' }, { do: 'read', view: 'v', as: 'json' }] }

const traceOf = (...answers: string[]): Trace => ({
  entries: answers.map((answer) => ({ answer, events: [], frames: [] })),
})

test('answers are compared to the letter', () => {
  expect(compareTraces(testCase, traceOf('a', '[1.0]'), traceOf('a', '[1.0]'))).toEqual([])
  const [difference] = compareTraces(testCase, traceOf('a', '[1.0]'), traceOf('a', '[1]'))
  expect(difference).toMatchObject({ step: 1, part: 'answer', real: '[1.0]', ours: '[1]' })
})

test('a tolerance is for floats alone', () => {
  const tolerant = { ...testCase, tolerance: 1e-9 }
  expect(compareTraces(tolerant, traceOf('[0.30000000000000004]'), traceOf('[0.3]'))).toEqual([])
  expect(compareTraces(tolerant, traceOf('[0.3]'), traceOf('[0.301]'))).toHaveLength(1)
  expect(compareTraces(tolerant, traceOf('[10000000000]'), traceOf('[10000000001]'))).toHaveLength(1)
  expect(compareTraces(testCase, traceOf('[0.30000000000000004]'), traceOf('[0.3]'))).toHaveLength(1)
})

test('texts of errors tell differences apart, names and numbers in them do not', () => {
  const signature = (real: string, ours: string) => compareTraces(testCase, traceOf(real), traceOf(ours))[0]?.signature
  expect(signature("error: no 'a' at 1", 'done')).toBe(signature("error: no 'b' at 2", 'done'))
  expect(signature('error: no such', 'done')).not.toBe(signature('error: other', 'done'))
})

test('nothing is compared after a crash of the real engine, everything before it is', () => {
  const crashed: Trace = { ...traceOf('a', 'pending'), crash: 'unreachable' }
  expect(compareTraces(testCase, crashed, traceOf('a', 'b'))).toEqual([])
  expect(compareTraces(testCase, crashed, traceOf('c', 'b'))).toHaveLength(1)
  expect(compareTraces(testCase, traceOf('a', 'b'), crashed)).toMatchObject([{ part: 'crash', step: 1 }])
})
