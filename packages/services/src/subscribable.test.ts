import { expect, test } from 'vitest'
import { Subscribable } from './subscribable.js'

test('D5 subscribing and unsubscribing count and are told, silently they only count', () => {
  const room = new Subscribable<number, { message: [text: string, from: number] }>()
  const seen: unknown[] = []
  room.on('subscribe', (who) => seen.push(['subscribe', who]))
  room.on('unsubscribe', (who) => seen.push(['unsubscribe', who]))
  const stop = room.on('message', (text, from) => seen.push([text.toUpperCase(), from + 1]))
  expect([room.subscribe(1), room.subscribe(1), room.subscribeSilently(2), room.subscribe(2)]).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect([room.count, room.has(2), [...room]]).toEqual([2, true, [1, 2]])
  room.emit('message', 'hi', 1)
  stop()
  room.emit('message', 'unheard', 1)
  expect([room.unsubscribe(1), room.unsubscribe(1), room.unsubscribe(2)]).toEqual([true, false, true])
  expect(room.count).toBe(0)
  expect(seen).toEqual([
    ['subscribe', 1],
    ['HI', 2],
    ['unsubscribe', 1],
  ])
})

test('D5 events are typed', () => {
  const room = new Subscribable<number, { message: [text: string] }>()
  // @ts-expect-error a message carries text
  room.emit('message', 1)
  // @ts-expect-error there is no such event
  room.on('massage', () => {})
})
