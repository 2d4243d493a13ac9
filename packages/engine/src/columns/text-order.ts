/**
 * Orders strings as the reference does, by their UTF-8 bytes, which is code point order. JavaScript's `<` compares
 * UTF-16 units and so puts U+E000…U+FFFF after the astral characters; only that range needs mending.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x === y) continue
    if (x >= 0xd800 && y >= 0xd800) {
      // Surrogates sort above the rest of the basic plane.
      if (x >= 0xe000) x -= 0x2000
      else x += 0x2000
      if (y >= 0xe000) y -= 0x2000
      else y += 0x2000
    }
    return x - y
  }
  return a.length - b.length
}
