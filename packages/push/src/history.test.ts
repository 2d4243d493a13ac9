import { expect, test } from 'vitest'
import { type Entry, History } from './history.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)

/** From 0 up to `n`, exclusive; repeatable by its seed. */
function randomOf(start: number): (n: number) => number {
  let state = start
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

test(`G11 whatever is not in the history any more is admitted to be gone (seed ${seed})`, () => {
  const random = randomOf(seed)
  const history = new History({ historyLength: 300, historyMessages: 12, historyNames: 4 })
  const users = ['a', 'b', 'c', 'd']
  const all: Entry[] = []
  let now = 0
  for (let step = 0; step < 3000; step++) {
    now += random(5)
    if (random(4) === 0) history.expire(now)
    const entry: Entry = {
      offset: history.head + 1,
      id: String(step),
      userid: random(5) === 0 ? undefined : users[random(users.length)],
      compid: random(2) === 0 ? undefined : 'x',
      exclude: new Set(),
      frame: 'f'.repeat(random(60)),
    }
    all.push(entry)
    history.append(entry, random(3) === 0 ? 0 : random(100), now)
    const userid = users[random(users.length)]!
    const since = Math.max(0, history.head - random(40))
    const kept = Array.from(history.after(userid, since), ({ offset }) => offset)
    expect(kept).toEqual([...kept].sort((a, b) => a - b))
    const gone = history.goneFor(userid, 'x')
    for (const { userid: to, offset } of all.slice(since)) {
      if ((to ?? userid) !== userid) expect(kept).not.toContain(offset)
      else if (!kept.includes(offset)) expect(gone).toBeGreaterThanOrEqual(offset)
    }
    expect(history.size).toBeLessThanOrEqual(12)
    expect(history.length).toBeLessThanOrEqual(300)
  }
})

test('G11 while every address is remembered, only what is really gone is said to be', () => {
  const history = new History({ historyLength: 1e6, historyMessages: 1e6, historyNames: 100 })
  const push = (ttl: number, userid?: string, compid?: string) =>
    history.append({ offset: history.head + 1, id: '', userid, compid, exclude: new Set(), frame: '' }, ttl, 0)
  push(10, 'a')
  push(0, 'b')
  push(0, 'a', 'y')
  push(10)
  expect([history.goneFor('a', 'x'), history.goneFor('a', 'y'), history.goneFor('b', '')]).toEqual([0, 3, 2])
  history.expire(10)
  expect([history.goneFor('a', 'x'), history.goneFor('c', ''), history.size]).toEqual([4, 4, 0])
})
