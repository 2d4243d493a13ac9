import type { Pieces } from '@tablecast/engine'

declare const setTimeout: (callback: () => void, millis: number) => unknown

interface Runtime {
  /** Node's: comes as soon as the events that are there are handled, where a timer lets a millisecond pass. */
  setImmediate?: (callback: () => void) => unknown
}

/** Cells of an answer that are made before others get their turn: some milliseconds of work. */
export const TURN_CELLS = 65_536

/** Long answers, one after the other, each made by turns with whatever else the event loop has to do. */
export class LongWork {
  readonly #run: (work: () => void) => void
  readonly #later = (globalThis as Runtime).setImmediate ?? ((callback) => setTimeout(callback, 0))
  #last: Promise<unknown> = Promise.resolve()

  /** @param run runs a turn, now */
  constructor(run: (work: () => void) => void) {
    this.#run = run
  }

  /** Makes an answer. `start` is called when those before it are made; what it or a piece throws rejects. */
  make<T>(start: () => Pieces<T>): Promise<T> {
    const made = this.#last.then(() => this.#byTurns(start))
    this.#last = made.catch(() => {})
    return made
  }

  #byTurns<T>(start: () => Pieces<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let pieces: Pieces<T> | null = null
      const work = () => {
        try {
          pieces ??= start()
          for (let cells = 0; cells < TURN_CELLS; ) {
            const next = pieces.next()
            if (next.done === true) {
              resolve(next.value)
              return
            }
            cells += next.value
          }
          this.#later(turn)
        } catch (error) {
          reject(error)
        }
      }
      const turn = () => this.#run(work)
      turn()
    })
  }
}
