import { RE2JS } from 're2js'
import type { Budget } from '../budget.js'
import { LiteralPattern } from './literal-pattern.js'
import { parseReplacement } from './replacement.js'

/** Where something is in a text, in UTF-16 units. */
interface Span {
  readonly from: number
  readonly to: number
}

/** A first match: its first group, or null when the pattern has none or the group took no part. */
export interface Match {
  readonly group: Span | null
}

/** A compiled regular expression. Matching takes time linear in the text, whatever the pattern. */
export interface Pattern {
  /** Capturing groups. */
  readonly groups: number
  /** The first match anywhere in a text, or null. */
  find(text: string): Match | null
  /** True when the pattern matches the whole text. */
  matches(text: string): boolean
  /**
   * The text with the first match, or all, replaced; `\0` to `\9` in the replacement stand for groups. Null when
   * nothing matched or the replacement is none.
   */
  replace(text: string, replacement: string, all: boolean, budget: Budget): string | null
}

/** Compiles a pattern; null when it is empty or no pattern. */
export function compilePattern(source: string, budget: Budget): Pattern | null {
  if (source === '') return null
  budget.pattern(source.length)
  if (!/[\\^$.|?*+()[\]{}]/.test(source)) return new LiteralPattern(source)
  let regex: RE2JS
  try {
    regex = RE2JS.compile(source)
  } catch {
    return null
  }
  budget.spend(regex.programSize())
  return new Compiled(regex, budget)
}

/** Of characters times instructions of a pattern, these powers of two take a step: without groups, and with them. */
const TEST_SHIFT = 6
const CAPTURE_SHIFT = 4
/** Steps of a match among several, besides its length. */
const MATCH_STEPS = 12

class Compiled implements Pattern {
  readonly groups: number
  readonly #regex: RE2JS
  readonly #budget: Budget
  readonly #size: number

  constructor(regex: RE2JS, budget: Budget) {
    this.#regex = regex
    this.#budget = budget
    this.#size = regex.programSize()
    this.groups = regex.groupCount()
  }

  find(text: string): Match | null {
    this.#charge(text.length, TEST_SHIFT)
    if (this.groups === 0) return this.#regex.test(text) ? { group: null } : null
    this.#charge(text.length, CAPTURE_SHIFT)
    const matcher = this.#regex.matcher(text)
    if (!matcher.find()) return null
    const from = matcher.start(1)
    return { group: from < 0 ? null : { from, to: matcher.end(1) } }
  }

  matches(text: string): boolean {
    this.#charge(text.length, TEST_SHIFT)
    return this.#regex.testExact(text)
  }

  replace(text: string, replacement: string, all: boolean, budget: Budget): string | null {
    const parts = parseReplacement(replacement, this.groups)
    if (parts === null) return null
    this.#charge(text.length, CAPTURE_SHIFT)
    const matcher = this.#regex.matcher(text)
    let out = ''
    let at = 0
    let last = -1
    let count = 0
    while (at <= text.length && matcher.find(at)) {
      const from = matcher.start()
      const to = matcher.end()
      out += text.slice(at, from)
      if (from === last && to === from) {
        // No empty match right behind a match: one character on.
        const width = (text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1
        out += text.slice(from, from + width)
        at = from + width
        continue
      }
      for (const part of parts) out += typeof part === 'string' ? part : (matcher.group(part) ?? '')
      budget.text(out.length - at)
      at = to
      last = to
      count++
      if (!all) break
      this.#budget.spend(MATCH_STEPS)
      this.#charge(to - from, CAPTURE_SHIFT)
      this.#charge(text.length - at, TEST_SHIFT)
    }
    return count === 0 ? null : out + text.slice(at)
  }

  #charge(length: number, shift: number): void {
    this.#budget.spend(1 + ((length * this.#size) >> shift))
  }
}
