/** How much an expression may do before it is stopped. */
export interface ExpressionLimits {
  /** Length of an expression's text in UTF-16 units. Default 32,768. */
  readonly maxSource: number
  /**
   * Steps one row may take: a step is one turn of a loop, one vector element, 64 characters of text made or searched.
   * Default 1,000,000, which is also how many turns of loops the reference allows while it finds out a type.
   */
  readonly maxStepsPerRow: number
  /** Steps one computation may take over all its rows. Default 20,000,000: seconds, not minutes. */
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
  maxSteps: 20_000_000,
  maxText: 1_048_576,
  maxVector: 65_536,
  maxPattern: 1_000,
}

/** Thrown by `Budget` and caught where rows are computed. */
export class OverBudget extends Error {}

/** Counts the steps of one computation. */
export class Budget {
  readonly #limits: ExpressionLimits
  /** Steps the row at hand was given, and those it has left. */
  #given = 0
  #left = 0
  #total = 0
  /** What stopped the first row that was over the budget since `start`; null when none was. */
  fault: string | null = null

  constructor(limits: ExpressionLimits) {
    this.#limits = limits
    this.start()
  }

  /** Begins a computation over many rows. */
  start(): void {
    this.fault = null
    this.#total = this.#limits.maxSteps
    this.#given = this.#limits.maxStepsPerRow
    this.#left = this.#given
  }

  /** Begins a row. */
  row(): void {
    this.#total -= this.#given - this.#left
    this.#given = Math.min(this.#limits.maxStepsPerRow, Math.max(this.#total, 0))
    this.#left = this.#given
  }

  /** Runs a row's work; false when it was over the budget, which is then remembered. */
  allows(work: () => void): boolean {
    this.row()
    try {
      work()
      return true
    } catch (error) {
      if (!(error instanceof OverBudget)) throw error
      this.fault ??= error.message
      return false
    }
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
