import { Failure, NamelessFailure } from '../failure.js'
import type { Token, TokenType } from './lexer.js'
import { same } from './scope.js'

/** A place among the tokens of an expression, moved on as they are understood; behind the last stands an `end`. */
export class TokenCursor {
  readonly #tokens: readonly Token[]
  readonly #end: Token
  #at = 0

  /** `length`: that of the text, where the end is. */
  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens
    this.#end = { type: 'end', value: '', position: length }
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? this.#end
  }

  /** The token after the one at hand. */
  get nextToken(): Token {
    return this.#tokens[this.#at + 1] ?? this.#end
  }

  advance(): void {
    this.#at++
  }

  /** Whether only the end is left behind the token at hand. */
  get isLast(): boolean {
    return this.#at + 1 >= this.#tokens.length
  }

  is(type: TokenType): boolean {
    return this.token.type === type
  }

  /** True for a symbol, or any token, that reads like `word`, in any case. */
  isWord(word: string): boolean {
    return same(this.token.value, word)
  }

  /** Moves past the token when it is of a type. */
  take(type: TokenType): boolean {
    if (!this.is(type)) return false
    this.advance()
    return true
  }

  /** Moves past the token when it reads like `word`. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.advance()
    return true
  }

  /** A fault at the current token, or another. */
  fail(message: string, at: Token = this.token): Failure {
    return new Failure(message, at.position)
  }

  failNameless(): Failure {
    return new NamelessFailure(this.token.position)
  }

  /** Moves past a token of a type, or fails. */
  expect(type: TokenType, message: string): void {
    if (!this.take(type)) throw this.fail(message)
  }
}
