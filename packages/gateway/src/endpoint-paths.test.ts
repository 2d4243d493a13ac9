import { expect, test } from 'vitest'
import { PathTable } from './endpoint-paths.js'

const table = new PathTable([
  ['/chat/*', 'rest'],
  ['/chat/:room', 'room'],
  ['/chat/lobby', 'lobby'],
  ['/', 'root'],
])

test.each([
  ['/chat/lobby', 'lobby', {}],
  ['/chat/b%C3%BCro', 'room', { room: 'büro' }],
  ['/chat/a/b%20c', 'rest', { '*': 'a/b c' }],
  ['/chat/', 'rest', { '*': '' }],
  ['/', 'root', {}],
])('C2 %s is served by %s', (path, value, params) => {
  expect(table.match(path)).toEqual({ value, params })
})

test('C2 a path nobody serves matches nothing', () => {
  expect(table.match('/other')).toBeUndefined()
  expect(table.match('/chat')).toBeUndefined()
})

test('C7 a parameter that cannot be decoded is a bad request', () => {
  expect(() => table.match('/chat/%E0%A4%A')).toThrow('percent-encoded')
})

test('C2 an endpoint path that cannot be meant is refused', () => {
  expect(() => new PathTable([['chat', 1]])).toThrow('must start with "/"')
  expect(() => new PathTable([['/a/*/b', 1]])).toThrow('"*" may only come last')
})
