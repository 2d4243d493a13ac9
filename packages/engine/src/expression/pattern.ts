import { RE2JS } from 're2js'
import type { Budget } from './budget.js'

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
  let regex: RE2JS
  try {
    regex = RE2JS.compile(source)
  } catch {
    return null
  }
  return new Compiled(regex, budget)
}

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
    this.#charge(text)
    if (this.groups === 0) return this.#regex.test(text) ? { group: null } : null
    const matcher = this.#regex.matcher(text)
    if (!matcher.find()) return null
    const from = matcher.start(1)
    return { group: from < 0 ? null : { from, to: matcher.end(1) } }
  }

  matches(text: string): boolean {
    this.#charge(text)
    return this.#regex.testExact(text)
  }

  replace(text: string, replacement: string, all: boolean, budget: Budget): string | null {
    const parts = parseReplacement(replacement, this.groups)
    if (parts === null) return null
    this.#charge(text)
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
      this.#charge(text.slice(at))
    }
    return count === 0 ? null : out + text.slice(at)
  }

  #charge(text: string): void {
    this.#budget.spend(1 + Math.ceil((text.length * this.#size) / 4096))
  }
}

/** A replacement as texts and group numbers, or null when it is malformed or names a group that is not there. */
function parseReplacement(text: string, groups: number): (string | number)[] | null {
  const parts: (string | number)[] = []
  let plain = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char !== '\\') {
      plain += char
      continue
    }
    const next = text[++i]
    if (next === '\\') {
      plain += '\\'
    } else if (next !== undefined && next >= '0' && next <= '9') {
      if (Number(next) > groups) return null
      parts.push(plain, Number(next))
      plain = ''
    } else {
      return null
    }
  }
  parts.push(plain)
  return parts
}
