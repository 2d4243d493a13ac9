/** How much an expression may do before it is stopped. */
export interface ExpressionLimits {
  /** Length of an expression's text in UTF-16 units. Default 32,768. */
  readonly maxSource: number
  /**
   * Steps that one row may take: a step is what takes about a tenth of a microsecond, such as a turn of a short loop, a
   * vector element, 64 characters of text made or searched. Default 1,000,000.
   */
  readonly maxStepsPerRow: number
  /**
   * Steps that one computation may take over all its rows, besides `stepsForEachRow` for each of them. Default 2,000,000: one
   * that is stopped has taken less than a second over 100,000 rows.
   */
  readonly maxSteps: number
  /** Default 100. */
  readonly stepsForEachRow: number
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
  maxSteps: 2_000_000,
  stepsForEachRow: 100,
  maxText: 1_048_576,
  maxVector: 65_536,
  maxPattern: 1_000,
}

/** Thrown by `Budget` and caught where rows are computed. */
export class OverBudget extends Error {}

/** Counts the steps of one computation. */
export class Budget {
  readonly #limits: ExpressionLimits
  /** Steps that the row at hand has left. */
  #row = 0
  /** Steps that the computation has left. */
  #total = 0
  #rows = 0
  /** What stopped the first row that was over the budget since `start`; null when none was. */
  fault: string | null = null

  constructor(limits: ExpressionLimits) {
    this.#limits = limits
    this.start(1)
  }

  /** Begins a computation over a number of rows. */
  start(rows: number): void {
    this.fault = null
    this.#rows = rows
    this.#total = this.#limits.maxSteps + rows * this.#limits.stepsForEachRow
    this.#row = this.#limits.maxStepsPerRow
  }

  /** True once the computation may not go on. */
  get isSpent(): boolean {
    return this.#total < 0
  }

  /** Runs a row's work of at least some steps; false when it was over the budget, which is then remembered. */
  allows(work: () => void, steps: number): boolean {
    if (this.#total < 0) return false
    this.#row = this.#limits.maxStepsPerRow
    try {
      this.spend(steps)
      work()
      return true
    } catch (error) {
      if (!(error instanceof OverBudget)) throw error
      this.fault ??= error.message
      return false
    }
  }

  /** Accounts for many rows together; false when the computation is over its budget, which is then remembered. */
  allowsBlock(steps: number): boolean {
    this.#total -= steps
    if (this.#total >= 0) return true
    this.fault ??= this.#totalFault()
    return false
  }

  spend(steps: number): void {
    this.#row -= steps
    this.#total -= steps
    if (this.#row < 0) throw new OverBudget(`Expression took more than ${this.#limits.maxStepsPerRow} steps for a row`)
    if (this.#total < 0) throw new OverBudget(this.#totalFault())
  }

  #totalFault(): string {
    const { maxSteps, stepsForEachRow } = this.#limits
    return `Expression took more than ${maxSteps + this.#rows * stepsForEachRow} steps for ${this.#rows} rows`
  }

  /** Accounts for a turn of a loop that takes some steps. */
  turn(steps: number): void {
    this.#row -= steps
    this.#total -= steps
    if (this.#row < 0 || this.#total < 0) throw new OverBudget('Runtime Error - Exceeded maximum loop iterations.')
  }

  /** Accounts for a pattern of a length. */
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
