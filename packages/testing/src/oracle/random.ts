import { type WeightName, weights } from './weights.js'

/** A small seeded generator (sfc32): the same category and seed give the same case on every machine. */
export class Random {
  readonly #state = new Uint32Array(4)
  readonly #weights: Readonly<Record<WeightName, number>>

  constructor(name: string, seed: number, overrides: Partial<Record<WeightName, number>> = {}) {
    let hash = 2166136261
    for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
    this.#state.set([hash, seed, 0x9e3779b9, 1])
    for (let i = 0; i < 15; i++) this.next()
    this.#weights = { ...weights, ...overrides }
  }

  /** A number in [0, 1). */
  next(): number {
    const s = this.#state
    const out = (s[0]! + s[1]! + s[3]!++) >>> 0
    s[0] = s[1]! ^ (s[1]! >>> 9)
    s[1] = s[2]! + (s[2]! << 3)
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + out
    return out / 4294967296
  }

  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** True with the probability that the weight table gives. */
  roll(name: WeightName): boolean {
    return this.chance(this.#weights[name])
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!
  }

  /** A key, each as likely as its weight. */
  weighted<K extends string>(table: Readonly<Record<K, number>>): K {
    const keys = Object.keys(table) as K[]
    let left = this.next() * keys.reduce((sum, key) => sum + table[key], 0)
    for (const key of keys) {
      left -= table[key]
      if (left < 0) return key
    }
    return keys[0]!
  }

  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i)
      const held = out[i]!
      out[i] = out[j]!
      out[j] = held
    }
    return out
  }

  /** Between `low` and `high` of the items, in random order. */
  some<T>(items: readonly T[], low: number, high: number): T[] {
    return this.shuffled(items).slice(0, this.int(Math.min(low, items.length), Math.min(high, items.length)))
  }

  times<T>(low: number, high: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.int(low, high) }, (_, i) => make(i))
  }
}
