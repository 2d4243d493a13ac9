/** Bytes (a character counts as one) that the answers of one table may hold. */
const BOUND = 64 * 1024 * 1024

/**
 * Answers given at one version of a table, so that many equal views cost one. Forgotten as soon as the table moves on,
 * and whenever they grow past the bound.
 */
export class AnswerCache {
  readonly #answers = new Map<string, string | Uint8Array>()
  #version = -1
  #size = 0

  /** The answer under `key`, made now if it is not there. Keys must tell apart all that an answer depends on. */
  get<T extends string | Uint8Array>(version: number, key: string, make: () => T): T {
    if (version !== this.#version) {
      this.clear()
      this.#version = version
    }
    const known = this.#answers.get(key) as T | undefined
    if (known !== undefined) return known
    const answer = make()
    if (answer.length > BOUND) return answer
    if (this.#size + answer.length > BOUND) this.clear()
    this.#size += answer.length
    this.#answers.set(key, answer)
    return answer
  }

  clear(): void {
    this.#answers.clear()
    this.#size = 0
  }
}
