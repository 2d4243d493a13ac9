import { addressKey } from './addresses.js'
import { Budget, type LimitName, type Limits } from './limits.js'

/** Budgets are swept for idle ones when there are this many. */
const sweepAt = 4096

/** Seconds' worth of handshakes an address may make at once: as many sockets as an address may have are then back in ten more. */
const savedSeconds = 10

/** Counts open sockets by address and by principal, and handshakes by address. */
export class Headcount {
  readonly #limits: Limits
  readonly #addresses = new Map<string, number>()
  readonly #principals = new Map<string, number>()
  readonly #handshakes = new Map<string, Budget>()
  #sweepAt = sweepAt
  #total = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Counts one handshake; the limit it exceeds, if any. An unknown address (a Unix socket) has no limit of its own. */
  knock(address: string, now: number): LimitName | undefined {
    if (address === '') return undefined
    const key = addressKey(address)
    let budget = this.#handshakes.get(key)
    if (budget === undefined) {
      if (this.#handshakes.size >= this.#sweepAt) this.#forgetIdle(now)
      budget = new Budget(this.#limits.handshakesPerSecond, savedSeconds, now)
      this.#handshakes.set(key, budget)
    }
    if (budget.left(now) < 1) return 'handshakesPerSecond'
    budget.take(1)
    return undefined
  }

  /** Whether one more handshake would be too many. Cheap: for an address that made none there is nothing to look at. */
  isOverRate(address: string, now: number): boolean {
    const budget = this.#handshakes.get(addressKey(address))
    return budget !== undefined && budget.left(now) < 1
  }

  /** Counts one socket in, unless it would exceed the limit it names. Every success is to be followed by one `leave`. */
  enter(address: string, principal: string | undefined): LimitName | undefined {
    const key = addressKey(address)
    if (this.#total >= this.#limits.sockets) return 'sockets'
    if (address !== '' && (this.#addresses.get(key) ?? 0) >= this.#limits.socketsPerAddress) return 'socketsPerAddress'
    if (principal !== undefined && (this.#principals.get(principal) ?? 0) >= this.#limits.socketsPerPrincipal) {
      return 'socketsPerPrincipal'
    }
    this.#total++
    change(this.#addresses, key, 1)
    if (principal !== undefined) change(this.#principals, principal, 1)
    return undefined
  }

  leave(address: string, principal: string | undefined): void {
    this.#total--
    change(this.#addresses, addressKey(address), -1)
    if (principal !== undefined) change(this.#principals, principal, -1)
  }

  #forgetIdle(now: number): void {
    for (const [key, budget] of this.#handshakes) if (budget.isFull(now)) this.#handshakes.delete(key)
    // When most are busy, looking through them again for each new one would be the attack itself.
    this.#sweepAt = Math.max(sweepAt, 2 * this.#handshakes.size)
  }
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
