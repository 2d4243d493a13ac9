declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LENGTH = 21

/** 21 random letters: the name of a view, or of a table that was given none. Not to be guessed by other sessions. */
export function randomName(): string {
  let name = ''
  while (name.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(2 * LENGTH))) {
      // Six bits, and only those that are a letter, so that all are equally likely.
      name += LETTERS[byte & 63] ?? ''
    }
  }
  return name.slice(0, LENGTH)
}
