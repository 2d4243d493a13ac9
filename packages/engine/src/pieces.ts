/**
 * An answer that is made in short pieces of work; yields the cells done since the last time, returns the answer. Other
 * work may be done in between: pieces hold nothing but a slice.
 */
export type Pieces<T> = Generator<number, T>

/** All pieces at once. */
export function finish<T>(pieces: Pieces<T>): T {
  for (;;) {
    const { done, value } = pieces.next()
    if (done === true) return value
  }
}
