import { expect, test } from 'vitest'
import type { Case } from './case.js'
import { generate } from './generators/index.js'
import { shrinkCase } from './shrink.js'

const hasUpdateWith = (testCase: Case, text: string) =>
  testCase.steps.some((step) => step.do === 'update' && JSON.stringify(step.data).includes(text))

test('shrinks to the one step and row that matter', async () => {
  const steps: Case['steps'] = [
    { do: 'hosted' },
    { do: 'update', table: 't', data: { format: 'json', rows: ['{"a":1,"b":2}', '{"a":7,"b":"needle"}', '{"a":3}'] } },
    { do: 'view', table: 't', view: 'v', config: { sort: [['a', 'asc']] } },
  ]
  const smaller = await shrinkCase({ category: 'table', seed: 1, steps }, async (it) => hasUpdateWith(it, 'needle'))
  expect(smaller.steps).toEqual([{ do: 'update', table: 't', data: { format: 'json', rows: ['{"b":"needle"}'] } }])
})

test('a case is plain data and its seed gives it again', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const testCase = generate('table', seed)
    expect(JSON.parse(JSON.stringify(testCase))).toEqual(testCase)
    expect(generate('table', seed)).toEqual(testCase)
  }
})
