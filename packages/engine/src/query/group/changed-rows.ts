/** A row group as one number: its level and its ordinal in the main tree. */
export function rowCode(level: number, ordinal: number): number {
  return level * 2 ** 32 + ordinal
}

/** Which row groups, or which rows, had other cells after each version, as far back as it is worth. */
export class ChangedRows {
  #entries: { readonly version: number; readonly codes: readonly number[] }[] = []
  #size = 0
  /** Changes after this version are known. */
  #from: number

  constructor(version: number) {
    this.#from = version
  }

  /** Notes the changes that led to `version`; at most `bound` are kept. */
  push(version: number, codes: readonly number[], bound: number): void {
    this.#entries.push({ version, codes })
    this.#size += codes.length + 1
    let drop = 0
    while (this.#size > bound && drop < this.#entries.length - 1) {
      this.#size -= this.#entries[drop]!.codes.length + 1
      this.#from = this.#entries[drop]!.version
      drop++
    }
    this.#entries.splice(0, drop)
  }

  /** Forgets everything up to `version`. */
  forget(version: number): void {
    this.#entries = []
    this.#size = 0
    this.#from = version
  }

  /** What changed after `version`, or null when that is not known any more. */
  since(version: number): Set<number> | null {
    if (version < this.#from) return null
    const codes = new Set<number>()
    for (const entry of this.#entries) {
      if (entry.version <= version) continue
      for (const code of entry.codes) codes.add(code)
    }
    return codes
  }
}
