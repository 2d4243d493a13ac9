/**
 * The rows of a table without an index: in the order they came, each with a row number. With a limit the slots are a
 * ring, and the oldest row's is next to be written.
 *
 * As in the reference every row of a batch takes a number, also one that addresses an older row, and an emptying does
 * not start the numbers anew.
 */
export class ArrivalOrder {
  readonly #limit: number | null
  /** The number that the next row takes. */
  #next = 0
  /** Slots from `#starts[i]` on have the numbers from `#numbers[i]` on. A ring has one such run: its numbers are dense. */
  #starts: number[] = [0]
  #numbers: number[] = [0]
  /** Rows appended to a ring since it was empty. */
  #appended = 0

  constructor(limit: number | null) {
    this.#limit = limit
  }

  /** The number of a slot's row: how many rows ever came before it. */
  numberOf(slot: number): number {
    if (this.#limit !== null && this.#appended > this.#limit) {
      const head = this.#appended % this.#limit
      return this.#next - this.#limit + ((slot - head + this.#limit) % this.#limit)
    }
    const run = runOf(this.#starts, slot)
    return this.#numbers[run]! + slot - this.#starts[run]!
  }

  /** The slot that has, or in a ring had, the row of a number; -1 when no row ever had it. `slots` are in use. */
  slotOf(number: number, slots: number): number {
    if (!Number.isInteger(number) || number < this.#numbers[0]! || number >= this.#next) return -1
    const run = runOf(this.#numbers, number)
    const place = this.#starts[run]! + number - this.#numbers[run]!
    const slot = this.#limit === null ? place : place % this.#limit
    const end = this.#starts[run + 1] ?? slots
    return slot < end && this.numberOf(slot) === number ? slot : -1
  }

  /** The live slots in order; null stands for `0, 1, 2 … slots - 1`. */
  slots(slots: number): Uint32Array | null {
    if (this.#limit === null || this.#appended <= this.#limit) return null
    const order = new Uint32Array(slots)
    const head = this.#appended % this.#limit
    for (let i = 0; i < order.length; i++) order[i] = (head + i) % this.#limit
    return order
  }

  /** Begins a batch of `count` rows, gives its first number. */
  begin(count: number): number {
    const first = this.#next
    if (this.#limit === null) this.#next += count
    return first
  }

  /** Gives the new row that has a number its slot; `slots` are in use without it. */
  append(number: number, slots: number): number {
    if (this.#limit !== null) {
      this.#next++
      return this.#appended++ % this.#limit
    }
    const last = this.#starts.length - 1
    if (this.#numbers[last]! + slots - this.#starts[last]! !== number) {
      // The first row ever of a run takes the run's place.
      const at = this.#starts[last] === slots ? last : last + 1
      this.#starts[at] = slots
      this.#numbers[at] = number
    }
    return slots
  }

  /** Lets rows pass through a ring that others of the same batch overwrite. */
  skip(count: number): void {
    this.#appended += count
    this.#next += count
  }

  clear(): void {
    this.#starts = [0]
    this.#numbers = [this.#next]
    this.#appended = 0
  }
}

/** The place of the last of ascending `starts` that is not above `value`. */
function runOf(starts: readonly number[], value: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}
