/** Something that holds written bytes back until it is told. */
export interface Flushed {
  flush(): void
}

/** So many times as long as the last flush took is the pause before the next, up to the longest. */
const pausePerFlush = 3

/** The longest pause between two flushes, in milliseconds, whatever the one before took. */
const longestPause = 20

/**
 * Has what is written to a socket within a moment go out in one call to the operating system, since that call is the
 * largest part of what a small message costs.
 *
 * A moment is what the event loop has in hand, with the microtasks that follow, as long as there is time to spare: waiting
 * for the loop to come round would be waiting for all that others have sent meanwhile, hostile ones too. When there are so
 * many sockets and updates that flushing takes most of the time, there is a pause before the next flush, in proportion to
 * what the last one took: the time is then left to make what the next one carries.
 */
export class SharedFlush {
  #waiting: Flushed[] = []
  #took = 0
  #ended = 0

  /** Has `flush` called soon, in the order of these calls. */
  add(one: Flushed): void {
    if (this.#waiting.push(one) > 1) return
    const pause = Math.min(pausePerFlush * this.#took, longestPause) - (performance.now() - this.#ended)
    if (pause < 1) process.nextTick(this.#flush)
    else setTimeout(this.#flush, pause)
  }

  readonly #flush = (): void => {
    const begun = performance.now()
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) one.flush()
    this.#ended = performance.now()
    this.#took = this.#ended - begun
  }
}

/** One for all sockets of the process: they share its event loop. */
export const sharedFlush = new SharedFlush()
