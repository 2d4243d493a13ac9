import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import type { ServerName } from '../oracle/servers.js'

const suiteFolder = 'rust/perspective-js/test/js'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** State of one test: what vitest says, with the first line of the error. */
export interface TestResult {
  state: 'passed' | 'failed' | 'skipped' | 'pending'
  error?: string
}

/** Results by file, then by full test name. A file that cannot be loaded has the single test `(file)`. */
export type SuiteResults = Map<string, Map<string, TestResult>>

const firstLine = (error: { message: string } | undefined) => error?.message.split('\n')[0]?.slice(0, 200) ?? ''

/** Runs spec files of a checkout of the reference repository, unmodified, with the real client on one of the servers. */
export async function runSuite(
  checkout: string,
  patterns: readonly string[],
  server: ServerName,
): Promise<SuiteResults> {
  const root = `${checkout}/${suiteFolder}`
  if (!existsSync(root)) throw new Error(`${root} is not there: the checkout needs ${suiteFolder} (see README.md)`)
  const client =
    server === 'real' ? createRequire(import.meta.url).resolve('@perspective-dev/client') : here('our-client.js')
  process.env['TZ'] = 'UTC'
  const vitest = await startVitest(
    'test',
    [],
    {
      root,
      config: false,
      watch: false,
      include: [...patterns],
      // A server that does not answer costs one timeout per test.
      testTimeout: 20_000,
      pool: 'forks',
      maxWorkers: 2,
      reporters: [{}],
      silent: true,
    },
    {
      logLevel: 'error',
      resolve: {
        alias: [
          { find: /^@perspective-dev\/test$/, replacement: here('test-shim.js') },
          { find: /^@perspective-dev\/client$/, replacement: client },
        ],
      },
    },
  )
  const results: SuiteResults = new Map()
  for (const module of vitest.state.getTestModules()) {
    const tests = new Map<string, TestResult>()
    results.set(relative(root, module.moduleId), tests)
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result()
      tests.set(test.fullName, errors?.length ? { state, error: firstLine(errors[0]) } : { state })
    }
    const loadError = module.errors()[0]
    if (loadError) tests.set('(file)', { state: 'failed', error: firstLine(loadError) })
  }
  await vitest.close()
  return results
}
