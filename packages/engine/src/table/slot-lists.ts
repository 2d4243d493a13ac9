export const NO_SLOTS = new Uint32Array(0)

let numbers = new Uint32Array(0)

/** 0, 1, 2 … `count - 1`, shared by all who ask: only to be read. */
export function ascending(count: number): Uint32Array {
  if (count > numbers.length) {
    numbers = new Uint32Array(Math.max(count, numbers.length * 2))
    for (let i = 0; i < numbers.length; i++) numbers[i] = i
  }
  return numbers.subarray(0, count)
}

/** Those of `slots` that are not among `base`. */
export function beyond(slots: Uint32Array, base: Uint32Array): Uint32Array {
  if (slots === base || slots.length === 0) return NO_SLOTS
  const known = new Set(base)
  return slots.filter((slot) => !known.has(slot))
}

export function concat(left: Uint32Array, right: Uint32Array): Uint32Array {
  if (right.length === 0) return left
  const out = new Uint32Array(left.length + right.length)
  out.set(left)
  out.set(right, left.length)
  return out
}
