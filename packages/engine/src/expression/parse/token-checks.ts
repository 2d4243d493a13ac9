import { Failure } from '../failure.js'
import type { Token, TokenType } from './lexer.js'
import { parseNumber } from './number.js'

// Between lexer and parser the reference joins operators written apart, then looks at every token, pair and triple for
// what can never parse. Their faults come before the parser's, so the order here is the order of its messages.

const JOINED: Readonly<Record<string, TokenType>> = {
  ': ==': ':=',
  '+ ==': '+=',
  '- ==': '-=',
  '* ==': '*=',
  '/ ==': '/=',
  '% ==': '%=',
  '> ==': '>=',
  '< ==': '<=',
  '== ==': '==',
  '! ==': '!=',
  '< >': '!=',
  '<= >': '<=>',
  '+ -': '-',
  '- +': '-',
  '- -': '+',
}

/** Joins `: =` to `:=`, `- -` to `+` and so on, and `[*]` to a symbol. */
export function joinTokens(tokens: readonly Token[]): Token[] {
  const pairs = joinRuns(tokens, 2, ([a, b]) => {
    const name = a!.type === 'other' ? a!.value : a!.type
    const type = JOINED[`${name} ${b!.type}`]
    return type === undefined ? null : { type, value: type, position: a!.position }
  })
  return joinRuns(pairs, 3, ([a, b, c]) =>
    a!.type === '[' && b!.type === '*' && c!.type === ']'
      ? { type: 'symbol', value: '[*]', position: a!.position }
      : null,
  )
}

/**
 * Replaces runs of `size` tokens by one where `join` gives one. A joined token is not joined again, and the last
 * `size - 1` tokens are always kept as they are, as in the reference.
 */
function joinRuns(tokens: readonly Token[], size: number, join: (run: readonly Token[]) => Token | null): Token[] {
  if (tokens.length < size) return [...tokens]
  const last = tokens.length - size + 1
  const out: Token[] = []
  for (let i = 0; i < last; i++) {
    for (;;) {
      const joined = i + size <= tokens.length ? join(tokens.slice(i, i + size)) : null
      if (joined === null) {
        out.push(tokens[i]!)
        break
      }
      out.push(joined)
      i += size
      if (i >= last) break
    }
  }
  for (let i = last; i < tokens.length; i++) out.push(tokens[i]!)
  return out
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Throws `Failure` for numbers out of range, brackets that do not match, and sequences that no program has. */
export function checkTokens(tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.type === 'number' && parseNumber(token.value) === null) {
      throw new Failure(`Invalid numeric token: '${token.value}'`, token.position)
    }
  }
  checkBrackets(tokens)
  for (let i = 0; i + 1 < tokens.length; i++) {
    const a = tokens[i]!
    const b = tokens[i + 1]!
    if (isBadPair(a.type, b.type)) {
      throw new Failure(`Invalid token sequence: '${a.value}' and '${b.value}'`, a.position)
    }
  }
  for (let i = 0; i + 2 < tokens.length; i++) {
    const [a, b, c] = [tokens[i]!, tokens[i + 1]!, tokens[i + 2]!]
    if (BAD_TRIPLES.has(`${a.type} ${b.type} ${c.type}`)) {
      throw new Failure(`Invalid token sequence: '${a.value}' and '${b.value}'`, a.position)
    }
  }
}

function checkBrackets(tokens: readonly Token[]): void {
  const open: { closing: string; position: number }[] = []
  for (const token of tokens) {
    const closing = CLOSING[token.type]
    if (closing !== undefined) open.push({ closing, position: token.position })
    else if (token.type === ')' || token.type === ']' || token.type === '}') {
      const expected = open.pop()
      if (expected === undefined) throw new Failure(`Mismatched brackets: '${token.value}'`, token.position)
      if (expected.closing !== token.type) {
        throw new Failure(`Mismatched brackets: '${expected.closing}'`, expected.position)
      }
    }
  }
  const unclosed = open.pop()
  if (unclosed !== undefined) throw new Failure(`Mismatched brackets: '${unclosed.closing}'`, unclosed.position)
}

/** What may not follow one of `FIRSTS`. */
const SECONDS: ReadonlySet<TokenType> = new Set<TokenType>([
  ':=',
  '>>',
  '<<',
  '<=',
  '!=',
  '>=',
  '<',
  '>',
  '==',
  ',',
  '/',
  '*',
  '%',
  '^',
  ':',
])
/** What none of those may follow: `+` and `-` are among them here alone, being signs where they follow. */
const FIRSTS: ReadonlySet<TokenType> = new Set<TokenType>([...SECONDS, '+', '-', '?'])
const RIGHT: ReadonlySet<TokenType> = new Set<TokenType>([')', ']', '}'])
const LEFT: ReadonlySet<TokenType> = new Set<TokenType>(['(', '[', '{'])
const AFTER_LEFT: ReadonlySet<TokenType> = new Set<TokenType>(['number', 'symbol', 'string', '+', '-', ':', '?'])
const BEFORE_RIGHT: ReadonlySet<TokenType> = new Set<TokenType>(['number', 'symbol', 'string', 'end', ':', '?'])

function isBadPair(a: TokenType, b: TokenType): boolean {
  if (RIGHT.has(a)) {
    if (b === ':=') return a !== ']'
    if (b === 'string') return a !== ')'
    return false
  }
  if (LEFT.has(a)) return !RIGHT.has(b) && !LEFT.has(b) && !AFTER_LEFT.has(b)
  if (RIGHT.has(b)) return !BEFORE_RIGHT.has(a)
  if (LEFT.has(b)) return false
  if ((a === 'number' || a === 'string') && (b === 'number' || b === 'string')) return true
  return FIRSTS.has(a) && SECONDS.has(b)
}

const BAD_TRIPLES: ReadonlySet<string> = new Set([
  'number number number',
  'string string string',
  ', , ,',
  '+ + +',
  '- - -',
  '/ / /',
  '* * *',
  '% % %',
  '^ ^ ^',
  '+ - +',
  '- + -',
  '/ * /',
  '* / *',
  '% ^ %',
  '^ % ^',
])
