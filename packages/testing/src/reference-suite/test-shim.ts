/** Stands in for `@perspective-dev/test`: Playwright's `test` and `expect` as far as the suite uses them, on vitest. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test as vitestTest } from 'vitest'

type Body = (fixtures: object) => unknown

/** Tests that ask for a browser page are not ours to run. */
const wantsPage = (body: Body) => /^[^)]*\bpage\b/.test(String(body))

const run = (name: string, body: Body) => {
  if (wantsPage(body)) vitestTest.skip(name)
  else vitestTest(name, async () => void (await body({})))
}

const test = Object.assign(run, {
  skip: (name: string) => vitestTest.skip(name),
  setTimeout: () => {},
  describe,
  expect,
  beforeAll,
  beforeEach,
  afterAll,
  afterEach,
})

export { expect, test }
