import type { Entry } from './history.js'

/** One message, and until when it is kept. */
export interface Kept {
  readonly entry: Entry
  readonly expires: number
  /** Cleared when history has let go of it. */
  alive: boolean
}

/**
 * Kept messages in the order of their offsets. Those let go of are passed over, and cleared away once they are half of
 * it, so that letting go costs the same however many there are.
 */
export class Log {
  #kept: Kept[] = []
  /** Everything before is dead. */
  #start = 0
  #dead = 0

  /** Messages that are alive. */
  get size(): number {
    return this.#kept.length - this.#dead
  }

  push(kept: Kept): void {
    this.#kept.push(kept)
  }

  /** The oldest that is alive. */
  first(): Kept | undefined {
    return this.#aliveFrom(this.#start)
  }

  /** The first after an offset. */
  after(offset: number): Entry | undefined {
    let low = this.#start
    let high = this.#kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#kept[middle]!.entry.offset <= offset) low = middle + 1
      else high = middle
    }
    return this.#aliveFrom(low)?.entry
  }

  /** Those whose time is over. */
  expired(now: number): Kept[] {
    return this.#kept.filter(({ alive, expires }) => alive && expires <= now)
  }

  /** To be called when one of it died. */
  oneDied(): void {
    this.#dead++
    while (this.#kept[this.#start]?.alive === false) this.#start++
    if (this.#dead * 2 <= this.#kept.length) return
    this.#kept = this.#kept.filter(({ alive }) => alive)
    this.#start = 0
    this.#dead = 0
  }

  #aliveFrom(index: number): Kept | undefined {
    let at = index
    while (this.#kept[at]?.alive === false) at++
    return this.#kept[at]
  }
}
