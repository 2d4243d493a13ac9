/** How much an expression may do before it is stopped. */
export interface ExpressionLimits {
  /** Length of an expression's text in UTF-16 units. Default 32,768. */
  readonly maxSource: number
  /**
   * Steps one row may take: a step is one turn of a loop, one vector element, 64 characters of text made or searched.
   * Default 1,000,000, which is also how many turns of loops the reference allows while it finds out a type.
   */
  readonly maxStepsPerRow: number
  /** Steps one computation over many rows may take, every row counting as at least one. Default 100,000,000. */
  readonly maxSteps: number
  /** Length of a text that an expression makes. Default 1,048,576. */
  readonly maxText: number
  /** Elements of all vectors of an expression together. Default 65,536. */
  readonly maxVector: number
  /** Length of a regular expression. Default 1,000. */
  readonly maxPattern: number
}

export const DEFAULT_LIMITS: ExpressionLimits = {
  maxSource: 32_768,
  maxStepsPerRow: 1_000_000,
  maxSteps: 100_000_000,
  maxText: 1_048_576,
  maxVector: 65_536,
  maxPattern: 1_000,
}

/** Thrown by `Budget` and caught where rows are computed. */
export class OverBudget extends Error {}

/** Counts the steps of one computation. */
export class Budget {
  readonly #limits: ExpressionLimits
  #left = 0
  #total = 0

  constructor(limits: ExpressionLimits) {
    this.#limits = limits
    this.start()
  }

  /** Begins a computation over many rows. */
  start(): void {
    this.#total = this.#limits.maxSteps
    this.#left = this.#limits.maxStepsPerRow
  }

  /** Begins a row. */
  row(): void {
    const used = this.#limits.maxStepsPerRow - this.#left
    this.#total -= used + 1
    this.#left = Math.min(this.#limits.maxStepsPerRow, Math.max(this.#total, 0))
  }

  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new OverBudget(`Expression took more than ${this.#limits.maxStepsPerRow} steps for a row`)
  }

  /** Accounts for a turn of a loop. */
  turn(): void {
    if (--this.#left < 0) throw new OverBudget('Runtime Error - Exceeded maximum loop iterations.')
  }

  /** Accounts for compiling a pattern of a length. */
  pattern(length: number): void {
    if (length > this.#limits.maxPattern) {
      throw new OverBudget(`Pattern of ${length} characters; the most is ${this.#limits.maxPattern}`)
    }
    this.spend(length)
  }

  /** Accounts for a text of a length. */
  text(length: number): void {
    if (length > this.#limits.maxText) {
      throw new OverBudget(`Expression made a text of ${length} characters; the most is ${this.#limits.maxText}`)
    }
    this.spend(1 + (length >> 6))
  }
}
