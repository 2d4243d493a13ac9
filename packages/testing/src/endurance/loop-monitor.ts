import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Measures how long this thread's event loop was held at most, by the clock and, where the system tells (Linux), by the
 * time the thread had a processor for: on a machine shared with other work the two have little to do with each other.
 */
export class LoopMonitor {
  readonly #file: number | undefined = openSchedstat()
  readonly #text = Buffer.alloc(100)
  #at = performance.now()
  #ran = this.#ranMillis()
  #timer: NodeJS.Timeout | undefined
  /** The longest turn since `reset` by the clock, in ms, a timer's 1 ms included. */
  held = 0
  /** The longest one by the processor; by the clock where that is not known. */
  worked = 0

  start(): void {
    this.#timer = setInterval(() => this.#tick(), 1)
    this.reset()
  }

  reset(): void {
    this.#tick()
    this.held = 0
    this.worked = 0
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#file !== undefined) closeSync(this.#file)
  }

  /** Milliseconds this thread had a processor for so far; by the clock where that is not known. */
  ran(): number {
    return this.#ranMillis() ?? performance.now()
  }

  #tick(): void {
    const now = performance.now()
    const ran = this.#ranMillis() ?? now
    this.held = Math.max(this.held, now - this.#at)
    this.worked = Math.max(this.worked, ran - (this.#ran ?? this.#at))
    this.#at = now
    this.#ran = ran
  }

  #ranMillis(): number | undefined {
    if (this.#file === undefined) return undefined
    const length = readSync(this.#file, this.#text, 0, this.#text.length, 0)
    return Number(this.#text.toString('latin1', 0, length).split(' ')[0]) / 1e6
  }
}

/** What the main thread ran, waited, and how often, in nanoseconds. */
function openSchedstat(): number | undefined {
  try {
    return openSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'r')
  } catch {
    return undefined
  }
}
