import { expect, test } from 'vitest'
import { compareTraces } from './compare.js'
import { explain } from './known-differences.js'
import { runCase } from './run-case.js'
import { servers } from './servers.js'
import { viewRequests } from './view-requests.js'

test.each(viewRequests)('%s are answered as by the real engine', async (_, testCase) => {
  const [real, ours] = [await servers.real(), await servers.ours()]
  const [given, found] = [await runCase(testCase, real), await runCase(testCase, ours)]
  real.dispose?.()
  const differences = compareTraces(testCase, given, found)
    .filter((difference) => explain(difference, testCase).length === 0)
    .map((difference) => {
      const made = testCase.steps.slice(0, difference.step + 1).findLast((step) => step.do === 'view')
      return { asked: JSON.stringify(made?.do === 'view' && made.config), ...difference }
    })
  expect(given.crash).toBeUndefined()
  expect(differences).toEqual([])
})
