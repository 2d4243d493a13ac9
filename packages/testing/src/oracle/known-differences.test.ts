import { expect, test } from 'vitest'
import type { Case } from './case.js'
import type { Difference } from './compare.js'
import { knownDifferences } from './known-differences.js'

const reading = (config: Case['steps'][number] & { do: 'view' }): Case => ({
  category: 'flat',
  seed: 1,
  steps: [config, { do: 'read', view: 'v', as: 'arrow' }],
})

const answered = (real: string, ours: string): Difference => ({ step: 1, part: 'answer', real, ours, signature: '' })

const explaining = (difference: Difference, testCase: Case) =>
  knownDifferences.filter((known) => known.explains(difference, testCase)).map(({ id }) => id)

test('ties of an absolute sort may change places, not cells', () => {
  const testCase = reading({ do: 'view', table: 't', view: 'v', config: { sort: [['f', 'asc abs']] } })
  const real = 'arrow, 2 rows\n"f" Float64: 0 null\n"s" Dictionary<Int32, Utf8> ["b c" "d: e"]: "b c" "d: e"'
  const turned = 'arrow, 2 rows\n"f" Float64: null 0\n"s" Dictionary<Int32, Utf8> ["d: e" "b c"]: "d: e" "b c"'
  const mixed = 'arrow, 2 rows\n"f" Float64: null 0\n"s" Dictionary<Int32, Utf8> ["b c" "d: e"]: "b c" "d: e"'
  expect(explaining(answered(real, turned), testCase)).toEqual([
    'Views: ties of a sort by absolute value keep their order',
  ])
  expect(explaining(answered(real, mixed), testCase)).toEqual([])
})

test('nothing explains another value in a plain read', () => {
  const testCase = reading({ do: 'view', table: 't', view: 'v' })
  expect(explaining(answered('arrow, 1 rows\n"i" Int32: 1', 'arrow, 1 rows\n"i" Int32: 2'), testCase)).toEqual([])
  expect(explaining(answered('error: Abort(): no', 'arrow, 0 rows'), testCase)).toEqual([])
})
