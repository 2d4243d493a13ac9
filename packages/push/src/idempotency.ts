import { createHash } from 'node:crypto'

interface Answered<T> {
  readonly fingerprint: string
  readonly answer: T
  readonly expires: number
}

/** Answers by idempotency key: asking again with the same key and content does nothing and gets the same answer. */
export class Idempotency<T> {
  readonly #millis: number
  readonly #size: number
  /** In the order they expire. */
  readonly #answers = new Map<string, Answered<T>>()

  /** @param size keys remembered at most; beyond, the oldest go early. */
  constructor(millis: number, size: number) {
    this.#millis = millis
    this.#size = size
  }

  /** @throws KeyReused when the key stands for other content. */
  find(key: string, content: string, now: number): T | undefined {
    this.expire(now)
    const answered = this.#answers.get(key)
    if (answered === undefined) return undefined
    if (answered.fingerprint !== fingerprintOf(content)) throw new KeyReused(key)
    return answered.answer
  }

  remember(key: string, content: string, answer: T, now: number): void {
    this.#answers.set(key, { fingerprint: fingerprintOf(content), answer, expires: now + this.#millis })
    if (this.#answers.size > this.#size) this.#answers.delete(this.#answers.keys().next().value!)
  }

  expire(now: number): void {
    for (const [key, { expires }] of this.#answers) {
      if (expires > now) return
      this.#answers.delete(key)
    }
  }
}

/** An idempotency key came with other content than the first time. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused'

  constructor(key: string) {
    super(`the key "${key}" was used for another message; use a new key for each message`)
  }
}

function fingerprintOf(content: string): string {
  return createHash('sha256').update(content).digest('base64')
}
