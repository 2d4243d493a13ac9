import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { enabled } from './enabled.js'
import { frameHead } from './frames.js'
import { categories, generate } from './generators/index.js'
import { judge } from './judge.js'
import { knownDifferences } from './known-differences.js'
import { servers } from './servers.js'
import { viewDifferences } from './view-differences.js'

/** The first unlisted difference of a range of seeds, or nothing. */
async function firstDifference(category: (typeof categories)[number], seeds: number, against = servers.real) {
  for (let seed = 1; seed <= seeds; seed++) {
    const verdict = await judge(generate(category, seed), against)
    if (verdict.outcome === 'different') return { category, seed, ...verdict.difference }
  }
  return undefined
}

describe('the real engine repeats itself', () => {
  test.each(categories)('%s', async (category) => {
    expect(await firstDifference(category, 4)).toBeUndefined()
  })
})

for (const { category, seeds } of enabled) {
  test(`our server is equal to the real engine: ${category}, ${seeds} seeds`, async () => {
    expect(await firstDifference(category, seeds, servers.ours)).toBeUndefined()
  })
}

test('every known difference has its entry in docs/differences.md', () => {
  const page = readFileSync(new URL('../../../../docs/differences.md', import.meta.url), 'utf8')
  const titles = new Set(page.split('\n').filter((line) => line.startsWith('## ')))
  for (const { id } of [...knownDifferences, ...viewDifferences]) expect(titles).toContain(`## ${id}`)
})

test('a server that loses a notification is found out', async () => {
  const found = await firstDifference('table', 10, async () => {
    const server = await servers.real()
    return {
      new_session: (send) =>
        server.new_session((frame) => {
          if (frameHead(Buffer.concat([frame].flat())).tag !== 21) send(frame)
        }),
    }
  })
  expect(found).toBeDefined()
})
