import { expect, test } from 'vitest'
import { frameHead } from './frame-head.js'

// RFC 6455, 5.2.
test.each([
  [true, 0, [0x82, 0]],
  [false, 125, [0x81, 125]],
  [true, 126, [0x82, 126, 0, 126]],
  [true, 65_535, [0x82, 126, 255, 255]],
  [false, 65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
  [true, 2 ** 32 + 5, [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 5]],
])('the head of a binary (%s) frame of %i bytes, with room behind it', (binary, length, bytes) => {
  expect([...frameHead(binary, length, 0)]).toEqual(bytes)
  const roomy = frameHead(binary, length, 3)
  expect([...roomy.subarray(0, -3)]).toEqual(bytes)
  expect(roomy.length).toBe(bytes.length + 3)
})
