import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SharedFlush } from './shared-flush.js'

let clock = 0
let flush = new SharedFlush()
let flushed: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  clock = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
  flush = new SharedFlush()
  flushed = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** When the microtasks and ticks of now are over. */
const ticked = () => new Promise((go) => setImmediate(go))

/** Takes so many milliseconds to flush. */
const socket = (name: string, millis = 0) => ({
  flush() {
    flushed.push(name)
    clock += millis
  },
})

test('flushes once for all that one callback and its microtasks write, in the order of the calls (G2)', async () => {
  flush.add(socket('a'))
  await Promise.resolve()
  flush.add(socket('b'))
  expect(flushed).toEqual([])
  await ticked()
  expect(flushed).toEqual(['a', 'b'])
})

test('does not wait for what else the event loop has to do (G1, G2)', async () => {
  const done: string[] = []
  const flushed = { flush: () => done.push('flushed') }
  await Promise.all([
    new Promise<void>((go) => setImmediate(() => go(flush.add(flushed)))),
    new Promise<void>((go) => setImmediate(() => go(void done.push('work of others')))),
  ])
  await ticked()
  expect(done).toEqual(['flushed', 'work of others'])
})

test('what is written during a flush goes out with the next', async () => {
  flush.add({
    flush() {
      flushed.push('a')
      flush.add(socket('later'))
    },
  })
  flush.add(socket('b'))
  process.nextTick(() => flushed.push('something else'))
  await ticked()
  expect(flushed).toEqual(['a', 'b', 'something else', 'later'])
})

test('pauses three times as long as the last flush took while there is no time to spare', async () => {
  flush.add(socket('slow', 5))
  await ticked()
  flush.add(socket('next'))
  vi.advanceTimersByTime(14)
  expect(flushed).toEqual(['slow'])
  vi.advanceTimersByTime(1)
  expect(flushed).toEqual(['slow', 'next'])
})

test('never pauses for more than 20 ms', async () => {
  flush.add(socket('very slow', 500))
  await ticked()
  flush.add(socket('next'))
  vi.advanceTimersByTime(20)
  expect(flushed).toEqual(['very slow', 'next'])
})

test('does not pause when the last flush is longer ago', async () => {
  flush.add(socket('slow', 8))
  await ticked()
  clock += 20
  flush.add(socket('next'))
  await ticked()
  expect(flushed).toEqual(['slow', 'next'])
})
