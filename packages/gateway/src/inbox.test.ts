import { expect, test } from 'vitest'
import { Inbox } from './inbox.js'
import type { Message } from './socket.js'

/** An inbox that notes what it does; `handle` says what a message costs. */
function recorded(handle: (message: Message) => void | Promise<void> = () => {}) {
  const log: string[] = []
  const allowed = { count: Number.POSITIVE_INFINITY }
  const inbox = new Inbox({
    allows: () => allowed.count-- > 0,
    deliver(message) {
      log.push(`${message}`)
      return handle(message)
    },
    idle() {
      log.push('idle')
    },
    failed: (error) => log.push(`${error}`),
    read: (go) => log.push(go ? 'read' : 'stop'),
  })
  const settled = () => new Promise<void>((resolve) => inbox.whenIdle(resolve))
  return { inbox, log, allowed, settled }
}

test('C1 messages that came together are handled in one go, and then the burst is over', async () => {
  const { inbox, log, settled } = recorded()
  inbox.release()
  for (const message of ['a', 'b', 'c']) inbox.push(message)
  await settled()
  inbox.push('d')
  await settled()
  expect(log).toEqual(['a', 'b', 'c', 'idle', 'd', 'idle'])
})

test('C1 messages wait for the one before, and past a few the peer is no longer read', async () => {
  const { inbox, log, settled } = recorded(() => new Promise((resolve) => setImmediate(resolve)))
  inbox.release()
  for (let i = 0; i < 10; i++) inbox.push(`${i}`)
  expect(log).toEqual(['0', 'stop'])
  await settled()
  expect(log.filter((entry) => /\d/.test(entry))).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`))
  expect(log).toContain('read')
  expect(log.at(-1)).toBe('idle')
})

test('G1 a burst of costly messages gives others their turn', async () => {
  const { inbox, log, settled } = recorded(() => {
    const end = performance.now() + 3
    while (performance.now() < end);
  })
  inbox.release()
  let turns = 0
  const count = () => {
    turns++
    if (!inbox.idle) setImmediate(count)
  }
  setImmediate(count)
  for (let i = 0; i < 10; i++) inbox.push(`${i}`)
  expect(log.length).toBeLessThan(5)
  await settled()
  expect(turns).toBeGreaterThan(3)
  expect(log.filter((entry) => /\d/.test(entry))).toHaveLength(10)
})

test('G2 nothing is delivered while it is held, nor forgotten', async () => {
  const { inbox, log, settled } = recorded()
  inbox.push('early')
  expect(log).toEqual(['stop'])
  inbox.release()
  inbox.hold()
  inbox.push('held')
  expect(log).toEqual(['stop', 'early', 'read', 'stop'])
  inbox.release()
  await settled()
  expect(log).toEqual(['stop', 'early', 'read', 'stop', 'held', 'read', 'idle'])
})

test('G4 what the budgets do not allow waits until they do', async () => {
  const { inbox, log, allowed, settled } = recorded()
  inbox.release()
  allowed.count = 1
  inbox.push('a')
  inbox.push('b')
  inbox.retry()
  expect(log).toEqual(['a'])
  allowed.count = 1
  inbox.retry()
  await settled()
  expect(log).toEqual(['a', 'b', 'idle'])
})

test('G1 a failure is told and does not stop what follows', async () => {
  const { inbox, log, settled } = recorded((message) => {
    if (message === 'throws') throw new Error('thrown')
    return message === 'rejects' ? Promise.reject(new Error('rejected')) : undefined
  })
  inbox.release()
  for (const message of ['throws', 'rejects', 'fine']) inbox.push(message)
  await settled()
  expect(log.filter((entry) => entry !== 'idle')).toEqual([
    'throws',
    'Error: thrown',
    'rejects',
    'Error: rejected',
    'fine',
  ])
})
