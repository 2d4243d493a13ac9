import type { Utf8Text } from '@tablecast/engine'

export type Answer = Uint8Array | Utf8Text

/** Bytes that the answers of one table may hold. */
const BOUND = 64 * 1024 * 1024

/**
 * Answers given at one version of a table, so that many equal views cost one. Forgotten as soon as the table moves on,
 * and whenever they grow past the bound.
 */
export class AnswerCache {
  readonly #answers = new Map<string, Answer>()
  #version = -1
  #size = 0

  /** The answer under `key` at a version, if there is one. Keys must tell apart all that an answer depends on. */
  find<T extends Answer>(version: number, key: string): T | undefined {
    if (version !== this.#version) {
      this.clear()
      this.#version = version
    }
    return this.#answers.get(key) as T | undefined
  }

  /** Keeps an answer for those who ask, unless the table has moved on; returns it. */
  keep<T extends Answer>(version: number, key: string, answer: T): T {
    if (version !== this.#version || answer.length > BOUND) return answer
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
