import { expect, test } from 'vitest'
import { fitReason, isSendableCloseCode } from './close-codes.js'
import { Headcount } from './headcount.js'
import { Budget, defaultLimits } from './limits.js'

test('G4 a budget saves up so many seconds, may be overdrawn once, and recovers at its rate', () => {
  const budget = new Budget(10, 5, 0)
  expect(budget.left(0)).toBe(50)
  budget.take(60)
  expect(budget.left(0)).toBe(-10)
  expect(budget.left(1000)).toBe(0)
  expect(budget.left(1100)).toBe(1)
  expect(budget.isFull(5900)).toBe(false)
  expect(budget.isFull(6100)).toBe(true)
  expect(budget.left(60_000)).toBe(50)
})

test('G4 sockets are counted in all, by address and by principal, and forgotten', () => {
  const count = new Headcount({ ...defaultLimits, sockets: 3, socketsPerAddress: 2, socketsPerPrincipal: 1 })
  expect(count.enter('1.1.1.1', 'ann')).toBeUndefined()
  expect(count.enter('1.1.1.1', 'ann')).toBe('socketsPerPrincipal')
  expect(count.enter('1.1.1.1', undefined)).toBeUndefined()
  expect(count.enter('1.1.1.1', undefined)).toBe('socketsPerAddress')
  expect(count.enter('2.2.2.2', undefined)).toBeUndefined()
  expect(count.enter('3.3.3.3', undefined)).toBe('sockets')
  count.leave('1.1.1.1', 'ann')
  expect(count.enter('3.3.3.3', 'ann')).toBeUndefined()
})

test('G4 handshakes per second are counted by address', () => {
  const count = new Headcount({ ...defaultLimits, handshakesPerSecond: 1 })
  expect(count.isOverRate('1.1.1.1', 0)).toBe(false)
  for (let i = 0; i < 10; i++) expect(count.knock('1.1.1.1', 0)).toBeUndefined()
  expect(count.isOverRate('1.1.1.1', 0)).toBe(true)
  expect(count.knock('1.1.1.1', 0)).toBe('handshakesPerSecond')
  expect(count.isOverRate('1.1.1.1', 1000)).toBe(false)
  expect(count.isOverRate('2.2.2.2', 0)).toBe(false)
  expect(count.knock('2.2.2.2', 0)).toBeUndefined()
  expect(count.knock('', 0)).toBeUndefined()
})

test('C1 a close reason is cut to what fits, between characters', () => {
  expect(fitReason('bye')).toBe('bye')
  expect(fitReason('ü'.repeat(62))).toBe('ü'.repeat(61))
  expect(Buffer.byteLength(fitReason('x'.repeat(200)))).toBe(123)
})

test('C1 close codes that may not be sent are known', () => {
  expect([1000, 1001, 1011, 1014, 3000, 4999].every(isSendableCloseCode)).toBe(true)
  expect([999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5].some(isSendableCloseCode)).toBe(false)
})
