// Bitmaps as Arrow lays them out: bit i of row i, least significant bit first, so a validity bitmap goes out as it is.

/** Bytes needed for `length` bits. */
export function bitmapBytes(length: number): number {
  return (length + 7) >> 3
}

/** A bitmap of `length` bits, all set to `value`. */
export function createBitmap(length: number, value: boolean): Uint8Array {
  const bits = new Uint8Array(bitmapBytes(length))
  if (value) bits.fill(255)
  return bits
}

export function getBit(bits: Uint8Array, index: number): boolean {
  return (bits[index >> 3]! & (1 << (index & 7))) !== 0
}

export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3]! |= 1 << (index & 7)
}

export function clearBit(bits: Uint8Array, index: number): void {
  bits[index >> 3]! &= ~(1 << (index & 7))
}

/** Sets the bits from `from` (included) to `to` (excluded) to `value`. */
export function fillBits(bits: Uint8Array, from: number, to: number, value: boolean): void {
  const set = value ? setBit : clearBit
  let at = from
  for (; at < to && (at & 7) !== 0; at++) set(bits, at)
  const whole = to & ~7
  if (at < whole) {
    bits.fill(value ? 255 : 0, at >> 3, whole >> 3)
    at = whole
  }
  for (; at < to; at++) set(bits, at)
}

/** How many of the first `length` bits are set. */
export function countBits(bits: Uint8Array, length: number): number {
  let count = 0
  const whole = length >> 3
  for (let i = 0; i < whole; i++) {
    let byte = bits[i]!
    byte -= (byte >> 1) & 0x55
    byte = (byte & 0x33) + ((byte >> 2) & 0x33)
    count += (byte + (byte >> 4)) & 0x0f
  }
  for (let i = whole << 3; i < length; i++) if (getBit(bits, i)) count++
  return count
}

/** Bits for `slots` slots, new ones clear; null stands for `old` set ones. */
export function grownBitmap(bits: Uint8Array | null, old: number, slots: number): Uint8Array {
  if (bits !== null && slots <= bits.length * 8) return bits
  const grown = createBitmap(slots * 2, false)
  if (bits === null) fillBits(grown, 0, old, true)
  else grown.set(bits)
  return grown
}
