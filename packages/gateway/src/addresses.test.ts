import { expect, test } from 'vitest'
import { addressKey, isLoopbackHost, plainAddress, TrustedProxies } from './addresses.js'

test.each([
  ['nobody is trusted', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['a trusted proxy speaks for its client', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['what the client itself wrote is not believed', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
  ['rubbish ends the chain', ['loopback'], '127.0.0.1', '1.2.3.4, rubbish', '127.0.0.1'],
  ['no header', ['loopback'], '::1', undefined, '::1'],
])('G4 forwarded addresses: %s', (_, trusted, peer, forwarded, client) => {
  expect(new TrustedProxies(trusted).clientOf(peer, forwarded)).toBe(client)
})

test('G4 a trusted proxy that is no address is refused', () => {
  expect(() => new TrustedProxies(['10.0.0.0/33'])).toThrow('10.0.0.0/33')
  expect(() => new TrustedProxies(['example.com'])).toThrow('example.com')
})

test('G4 addresses are compared in one form', () => {
  expect(plainAddress('::ffff:1.2.3.4')).toBe('1.2.3.4')
  expect(plainAddress('1.2.3.4:80')).toBe('1.2.3.4')
  expect(plainAddress('[2001:db8::1]:80')).toBe('2001:db8::1')
  expect(addressKey('1.2.3.4')).toBe('1.2.3.4')
  expect(addressKey('2001:db8:0:1::5')).toBe('2001:db8:0:1::/64')
  expect(addressKey('2001:0db8:0000:0001:ffff::')).toBe('2001:db8:0:1::/64')
  expect(addressKey('::1')).toBe('0:0:0:0::/64')
})

test('G4 this very machine by name', () => {
  expect(['localhost', 'a.localhost', '127.0.0.2', '[::1]'].every(isLoopbackHost)).toBe(true)
  expect(['127.evil.com', '1.2.3.4', 'localhost.evil.com'].some(isLoopbackHost)).toBe(false)
})
