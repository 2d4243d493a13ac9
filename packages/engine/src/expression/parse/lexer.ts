import { Failure } from '../failure.js'

/**
 * What a token is: a literal, a symbol, the end of a statement, or an operator spelled as written. `<>` and `!=` are both
 * `!=`, `=` and `==` both `==`; a lone `!` or `.` is 'other'.
 */
export type TokenType =
  | 'number'
  | 'symbol'
  | 'string'
  | 'end'
  | 'other'
  | ':='
  | '+='
  | '-='
  | '*='
  | '/='
  | '%='
  | '>>'
  | '<<'
  | '<='
  | '!='
  | '>='
  | '<=>'
  | '<'
  | '>'
  | '=='
  | '('
  | ')'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '+'
  | '-'
  | '/'
  | '*'
  | '%'
  | '^'
  | ':'
  | '?'

export interface Token {
  readonly type: TokenType
  /** As written; of a string what it means. */
  readonly value: string
  /** Offset in the text. */
  readonly position: number
}

const WHITESPACE = ' \n\r\t\b\v\f'
const OPERATORS = '+-*/^<>=,!()[]{}%:?&|;'
const PAIRS: Readonly<Record<string, TokenType>> = {
  '<=': '<=',
  '>=': '>=',
  '<>': '!=',
  '!=': '!=',
  '==': '==',
  ':=': ':=',
  '<<': '<<',
  '>>': '>>',
  '+=': '+=',
  '-=': '-=',
  '*=': '*=',
  '/=': '/=',
  '%=': '%=',
}
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
}

/** Splits a text into tokens. Throws `Failure` at the first thing that is none. */
export function tokenize(text: string): Token[] {
  return new Lexer(text).run()
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

function isWordChar(char: string | undefined): boolean {
  return char !== undefined && /[A-Za-z0-9_]/.test(char)
}

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): Token[] {
    while (this.#at < this.#text.length) this.#scan()
    return this.#tokens
  }

  #scan(): void {
    const char = this.#text[this.#at]!
    const next = this.#text[this.#at + 1]
    if (WHITESPACE.includes(char)) this.#at++
    else if (char === '#' || (char === '/' && (next === '/' || next === '*')))
      this.#comment(char === '/' && next === '*')
    else if (OPERATORS.includes(char) || (char === '.' && !isDigit(next))) this.#operator()
    else if (/[A-Za-z]/.test(char)) this.#symbol()
    else if (isDigit(char) || char === '.') this.#number()
    else if (char === '$') this.#specialFunction()
    else if (char === "'") this.#string()
    else if (char === '~') this.#push('symbol', this.#at, this.#at + 1)
    else throw this.#error('General token error', this.#at, char < '\x80' ? this.#at + 2 : this.#at + 1)
  }

  #push(type: TokenType, from: number, to: number): void {
    this.#tokens.push({ type, value: this.#text.slice(from, to), position: from })
    this.#at = to
  }

  #error(what: string, from: number, to: number): Failure {
    return new Failure(`${what}: ${this.#text.slice(from, to)}`, from)
  }

  #comment(block: boolean): void {
    const start = this.#at
    const end = block ? this.#text.indexOf('*/', start + 2) : this.#text.indexOf('\n', start + 1)
    if (end >= 0) this.#at = end + (block ? 2 : 1)
    else if (block) throw this.#error('General token error', start, start + 2)
    else this.#at = this.#text.length
  }

  #operator(): void {
    const from = this.#at
    const char = this.#text[from]!
    if (this.#text.startsWith('<=>', from)) {
      this.#push('<=>', from, from + 3)
      return
    }
    const pair = PAIRS[this.#text.slice(from, from + 2)]
    if (pair !== undefined) {
      this.#push(pair, from, from + 2)
      return
    }
    let type: TokenType
    if (char === ';') type = 'end'
    else if (char === '&' || char === '|') type = 'symbol'
    else if (char === '=') type = '=='
    else if (char === '!' || char === '.') type = 'other'
    else type = char as TokenType
    this.#push(type, from, from + 1)
  }

  #symbol(): void {
    const from = this.#at
    let to = from
    while (isWordChar(this.#text[to]) || (this.#text[to] === '.' && isWordChar(this.#text[to + 1]))) to++
    // A dot right at the end belongs to the symbol: there is nothing after it that could refuse it.
    if (this.#text[to] === '.' && to + 1 === this.#text.length) to++
    this.#push('symbol', from, to)
  }

  #number(): void {
    const from = this.#at
    const text = this.#text
    let dot = false
    let exponent = false
    let sign = false
    let digits = false
    let to = from
    for (; to < text.length; to++) {
      const char = text[to]!
      if (char === '.') {
        if (dot) throw this.#error('Invalid numeric token', from, to)
        dot = true
      } else if (char === 'e' || char === 'E') {
        const next = text[to + 1]
        if (next !== '+' && next !== '-' && !isDigit(next)) throw this.#error('Invalid numeric token', from, to)
        exponent = true
      } else if (exponent && !digits && (char === '+' || char === '-')) {
        if (sign) throw this.#error('Invalid numeric token', from, to)
        sign = true
      } else if (isDigit(char)) {
        if (exponent) digits = true
      } else break
    }
    this.#push('number', from, to)
  }

  #specialFunction(): void {
    const from = this.#at
    const text = this.#text
    if (text.length - from < 11) throw this.#error('Invalid special function token', from, from + 11)
    if (!/^\$[fF]\d\d/.test(text.slice(from, from + 4))) {
      throw this.#error('Invalid special function token', from, from + 4)
    }
    this.#push('symbol', from, from + 4)
  }

  #string(): void {
    const text = this.#text
    const from = this.#at + 1
    if (text.length - this.#at < 2) throw this.#error('Invalid string token', this.#at, text.length)
    let at = from
    let value = ''
    for (; at < text.length && text[at] !== "'"; at++) {
      const char = text[at]!
      if (char < ' ' && !WHITESPACE.includes(char)) throw this.#error('Invalid string token', from, at)
      if (char !== '\\') {
        value += char
        continue
      }
      at++
      const escaped = text[at]
      if (escaped === undefined) break
      if (escaped === '0' && at + 4 <= text.length) {
        const hex = /^0[xX]([0-9a-fA-F]{2})/.exec(text.slice(at, at + 4))
        if (hex === null) throw this.#error('Invalid string token', from, at)
        value += String.fromCharCode(Number.parseInt(hex[1]!, 16))
        at += 3
      } else {
        value += ESCAPES[escaped] ?? escaped
      }
    }
    if (at >= text.length) throw this.#error('Invalid string token', from, text.length)
    this.#tokens.push({ type: 'string', value, position: from })
    this.#at = at + 1
  }
}
