import type { Budget } from '../budget.js'
import type { Match, Pattern } from './pattern.js'
import { parseReplacement } from './replacement.js'

/** A pattern without any special character, which is a text to look for. */
export class LiteralPattern implements Pattern {
  readonly groups = 0
  readonly #text: string

  /** `text`: not empty. */
  constructor(text: string) {
    this.#text = text
  }

  find(text: string): Match | null {
    return text.includes(this.#text) ? { group: null } : null
  }

  matches(text: string): boolean {
    return text === this.#text
  }

  replace(text: string, replacement: string, all: boolean, budget: Budget): string | null {
    const parts = parseReplacement(replacement, 0)
    if (parts === null) return null
    const by = parts.map((part) => (typeof part === 'string' ? part : this.#text)).join('')
    let out = ''
    let at = 0
    for (let from = text.indexOf(this.#text); from >= 0; from = text.indexOf(this.#text, at)) {
      out += text.slice(at, from) + by
      at = from + this.#text.length
      budget.text(out.length)
      if (!all) break
    }
    return at === 0 ? null : out + text.slice(at)
  }
}
