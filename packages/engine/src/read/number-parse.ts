// What C's strtol, strtof and atof make of a text, since the reference reads numbers in texts with them.

const INTEGER = /^[ \t\n\v\f\r]*[+-]?\d+$/
const FLOAT =
  /^[ \t\n\v\f\r]*([+-]?(?:0x[0-9a-f]+(?:\.[0-9a-f]*)?(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan))/i

/** True when the whole text is a decimal integer. */
export function isIntegerText(text: string): boolean {
  return INTEGER.test(text)
}

/** The number when the whole text is one, else null. */
export function wholeNumber(text: string): number | null {
  const found = FLOAT.exec(text)
  return found === null || found[0].length !== text.length ? null : toNumber(found[1]!)
}

/** The number that the text begins with, else 0. */
export function leadingNumber(text: string): number {
  const found = FLOAT.exec(text)
  return found === null ? 0 : toNumber(found[1]!)
}

function toNumber(text: string): number {
  const lower = text.toLowerCase()
  const sign = lower.startsWith('-') ? -1 : 1
  const size = lower.replace(/^[+-]/, '')
  if (size.startsWith('inf')) return sign * Infinity
  if (size === 'nan') return NaN
  return sign * (size.startsWith('0x') ? hexadecimal(size.slice(2)) : Number(size))
}

function hexadecimal(text: string): number {
  const [mantissa = '', power = '0'] = text.split('p')
  const [whole = '', fraction = ''] = mantissa.split('.')
  let value = 0
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16)
  return value * 2 ** (Number(power) - 4 * fraction.length)
}
