const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const HEX = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?$/
const WORD = /^([+-]?)(inf|nan)$/i

/**
 * The number at the beginning of a text as C++ streams read it, or null: leading blanks are skipped, then every character
 * that could be part of a number is taken, and all of them together must be one. So `7 apples` is 7, but `7 cats` is 7 and
 * `7cats` nothing, since c and a are digits to it.
 */
export function readNumber(text: string): number | null {
  const taken = takeNumber(text)
  if (DECIMAL.test(taken)) {
    const value = Number(taken)
    return Number.isFinite(value) ? value : null
  }
  const word = WORD.exec(taken)
  if (word !== null) {
    const value = word[2]!.toLowerCase() === 'inf' ? Infinity : Number.NaN
    return word[1] === '-' ? -value : value
  }
  const hex = HEX.exec(taken)
  if (hex === null) return null
  const [, sign, whole = '', fraction = '', power = '0'] = hex
  if (whole === '' && fraction === '') return null
  const digits = Number.parseInt(whole + fraction, 16)
  const value = digits * 2 ** (Number(power) - 4 * fraction.length)
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : null
}

function takeNumber(text: string): string {
  let taken = ''
  let point = false
  let exponent = 'E'
  let at = 0
  while (at < text.length && ' \t\n\v\f\r'.includes(text[at]!)) at++
  for (; at < text.length && taken.length < 40; at++) {
    const char = text[at]!
    if (char === '.') {
      if (point) break
      point = true
    } else if (char === '+' || char === '-') {
      if (taken !== '' && taken.at(-1)!.toUpperCase() !== exponent) break
    } else if (char === 'x' || char === 'X') {
      exponent = 'P'
    } else if (!/[0-9a-fA-FpPiInN]/.test(char)) {
      break
    }
    taken += char
  }
  return taken
}
