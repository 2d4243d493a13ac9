import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SharedFlush } from './shared-flush.js'

let clock = 0
let flush = new SharedFlush()
let flushed: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] })
  clock = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
  flush = new SharedFlush()
  flushed = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Takes so many milliseconds to flush. */
const socket = (name: string, millis = 0) => ({
  flush() {
    flushed.push(name)
    clock += millis
  },
})

test('flushes once a turn, in the order of the calls (G2)', () => {
  flush.add(socket('a'))
  flush.add(socket('b'))
  expect(flushed).toEqual([])
  expect(vi.getTimerCount()).toBe(1)
  vi.runAllTimers()
  expect(flushed).toEqual(['a', 'b'])
})

test('what is written during a flush goes out with the next', () => {
  flush.add({
    flush() {
      flushed.push('a')
      flush.add(socket('later'))
    },
  })
  flush.add(socket('b'))
  vi.runAllTicks()
  vi.advanceTimersToNextTimer()
  expect(flushed).toEqual(['a', 'b'])
  vi.runAllTimers()
  expect(flushed).toEqual(['a', 'b', 'later'])
})

test('pauses three times as long as the last flush took while there is no time to spare', () => {
  flush.add(socket('slow', 5))
  vi.runAllTimers()
  flush.add(socket('next'))
  vi.advanceTimersByTime(14)
  expect(flushed).toEqual(['slow'])
  vi.advanceTimersByTime(1)
  expect(flushed).toEqual(['slow', 'next'])
})

test('never pauses for more than 20 ms', () => {
  flush.add(socket('very slow', 500))
  vi.runAllTimers()
  flush.add(socket('next'))
  vi.advanceTimersByTime(20)
  expect(flushed).toEqual(['very slow', 'next'])
})

test('does not pause when the last flush is longer ago', () => {
  flush.add(socket('slow', 8))
  vi.runAllTimers()
  clock += 20
  flush.add(socket('next'))
  vi.advanceTimersByTime(0)
  expect(flushed).toEqual(['slow', 'next'])
})
