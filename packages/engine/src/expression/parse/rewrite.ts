/** An expression as the lexer reads it, and the columns that its `COLUMN<n>` symbols stand for. */
export interface Rewritten {
  readonly text: string
  /** Column names by symbol, in order of first appearance. */
  readonly columns: ReadonlyMap<string, string>
}

/**
 * Puts an expression into the language's own terms: `true`, `false` and `null` become the constants `True`, `False` and
 * `None`, a quoted column becomes the symbol `COLUMN<n>` (n counts quoted columns, repeated ones too), and a text literal
 * becomes `intern('…')`, except the first one after a comma in a call that takes patterns. Error positions count in the
 * rewritten text, as in the reference, so every step is done as text.
 */
export function rewrite(text: string): Rewritten {
  const columns = new Map<string, string>()
  const symbols = new Map<string, string>()
  let count = 0
  const symbolOf = (name: string): string => {
    let symbol = symbols.get(name)
    if (symbol === undefined) {
      symbol = `COLUMN${count}`
      symbols.set(name, symbol)
      columns.set(symbol, name)
    }
    count++
    return symbol
  }
  let out = ''
  let done = 0
  /** By quote: up to where there is no closing one, so that a line of them is searched once. */
  const hopeless = new Map<string, number>()
  for (let at = 0; at < text.length; ) {
    const char = text[at]!
    const comment = char === '#' || (char === '/' && (text[at + 1] === '/' || text[at + 1] === '*'))
    if (comment) {
      at = commentEnd(text, at)
    } else if (char === "'" && text[at + 1] === "'") {
      at += 2
    } else if (char === '"' || char === "'") {
      const close = at < (hopeless.get(char) ?? 0) ? -1 : closingQuote(text, char, at)
      if (close < 0) {
        hopeless.set(char, lineEnd(text, at))
        at++
        continue
      }
      const inner = text.slice(at + 1, close)
      out += replaceConstants(text.slice(done, at)) + (char === '"' ? symbolOf(inner) : `intern('${inner}')`)
      at = close + 1
      done = at
    } else {
      at++
    }
  }
  return { text: restorePatterns(out + replaceConstants(text.slice(done))), columns }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function commentEnd(text: string, start: number): number {
  const block = text[start] === '/' && text[start + 1] === '*'
  if (!block) return lineEnd(text, start)
  const end = text.indexOf('*/', start + 2)
  return end < 0 ? text.length : end + 2
}

const CONSTANTS: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' }

/** Replaces the constants; `true` and `false` also as the beginning of a longer word, as the reference does. */
function replaceConstants(text: string): string {
  return text.replace(/true|false|\bnull\b/g, (match) => CONSTANTS[match]!)
}

/**
 * The quote that ends the run begun at `open`: the first one with something before it that is no backslash, with no line
 * break before the last character; -1 when there is none.
 */
function closingQuote(text: string, quote: string, open: number): number {
  for (let at = open + 2; at < text.length; at++) {
    if (text[at] === quote && text[at - 1] !== '\\') return at
    if (text[at - 1] === '\n') return -1
  }
  return -1
}

const PATTERN_CALL = /(?:match|match_all|search|indexof|replace|replace_all|contains)\(/g

/** In each call that takes a pattern, turns the first `intern('…')` after a comma back into a plain literal. */
function restorePatterns(text: string): string {
  const ends = literalAfterComma(text)
  let out = ''
  let done = 0
  PATTERN_CALL.lastIndex = 0
  for (let match = PATTERN_CALL.exec(text); match !== null; match = PATTERN_CALL.exec(text)) {
    const found = ends.find(match.index + match[0].length)
    if (found === null) continue
    out += text.slice(done, found.from) + text.slice(found.from + 'intern('.length, found.to - 1)
    done = found.to
    PATTERN_CALL.lastIndex = done
  }
  return out + text.slice(done)
}

/** Where `, intern('…')` stands: `find(p)` gives the first one whose comma is at or after p on the same line. */
function literalAfterComma(text: string): { find: (at: number) => { from: number; to: number } | null } {
  const commas: { comma: number; from: number; to: number }[] = []
  for (let comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', comma + 1)) {
    let from = comma + 1
    while (/\s/.test(text[from] ?? '')) from++
    if (!text.startsWith("intern('", from)) continue
    const close = text.indexOf("')", from + 8)
    const line = text.indexOf('\n', from + 8)
    if (close >= 0 && (line < 0 || close < line)) commas.push({ comma, from, to: close + 2 })
  }
  let next = 0
  return {
    find: (at) => {
      while (next < commas.length && commas[next]!.comma < at) next++
      const found = commas[next]
      if (found === undefined) return null
      const line = text.indexOf('\n', at)
      return line >= 0 && line < found.comma ? null : { from: found.from, to: found.to }
    },
  }
}
