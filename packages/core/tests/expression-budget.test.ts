import { expect, test } from 'vitest'
import { Server } from '../src/server.js'
import { connect, settle } from './connect.js'

const ROWS = 20_000

/** What each of these would take for one row, let alone for all of them, nobody would wait for. */
const greedy = {
  'a loop without an end': ['while ("n" >= 0) { 1 }', 'Exceeded maximum loop iterations'],
  'loops in loops': [
    'var r := 0; for (var i := 0; i < 1e6; i += 1) { for (var j := 0; j < 1e6; j += 1) { r += 1; }; }; r',
    'Exceeded maximum loop iterations',
  ],
  'a loop that is short, in every row': [
    'var r := 0; for (var i := 0; i < 1000; i += 1) { r += "n"; }; r',
    'Exceeded maximum loop iterations',
  ],
  'a text that doubles': [
    'var s := "s"; for (var i := 0; i < 60; i += 1) { s := concat(s, s); }; s',
    'the most is 1048576',
  ],
  'a replacement that doubles': [
    `var s := "s"; for (var i := 0; i < 60; i += 1) { s := replace_all(s, 'a', 'aa'); }; s`,
    'steps for a row',
  ],
  'a pattern of many states': [`match("s", '((a{0,30}){0,30}){1,1}b')`, 'steps for 20000 rows'],
  'a large vector': ['var v[60000]; v := "n"; sum(v * v)', 'steps for 20000 rows'],
} as const

test('G7 an expression over its budget fails for whoever asked', async () => {
  const server = new Server()
  const hostile = connect(server).client
  const other = connect(server).client
  const n = Array.from({ length: ROWS }, (_, i) => i)
  const s = n.map((i) => `${'a'.repeat(40)}${i}`)
  const table = await other.table({ k: n, n, s }, { name: 'market', index: 'k' })
  const view = await table.view({ columns: ['k'], filter: [['n', '<', 2]] })
  let updates = 0
  await view.on_update(() => updates++)
  const same = await hostile.open_table('market')
  for (const [what, [text, message]] of Object.entries(greedy)) {
    const asked = same.view({ columns: ['e'], expressions: { e: text } }).then(
      () => 'made',
      (error: Error) => error.message,
    )
    const before = updates
    await table.update([{ k: 0, n: updates % 2 }])
    await settle()
    expect(await asked, what).toContain(message)
    expect(updates, what).toBe(before + 1)
    expect(await view.num_rows()).toBe(2)
  }
  expect(await same.size()).toBe(ROWS)
})

test('G7 a row that an update brings over the budget is null, for whoever reads it, and reported once', async () => {
  const reports: string[] = []
  const server = new Server({ report: (error, what) => reports.push(`${what}: ${error}`) })
  const greedyOne = connect(server).client
  const other = connect(server).client
  const table = await other.table({ n: [3, 5] }, { name: 't' })
  const expressions = { e: 'var i := 0; while (i < "n") { i += 1; }; i' }
  const view = await (await greedyOne.open_table('t')).view({ expressions })
  await table.update([{ n: 1e9 }, { n: 7 }])
  expect(await view.to_columns()).toEqual({ n: [3, 5, 1e9, 7], e: [3, 5, null, 7] })
  await table.update([{ n: 2e9 }])
  expect(await view.num_rows()).toBe(5)
  expect(reports).toEqual([expect.stringContaining('update of table "t": TablecastError: ')])
  expect(reports[0]).toContain(
    `rows that were written are null in the expression \`${expressions.e}\`. Make it do less for each row`,
  )
})
