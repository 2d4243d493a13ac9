/**
 * The value of a numeric literal, or null when it is out of range. Computed digit by digit and scaled by a power of ten,
 * as the reference does it, so that a literal may differ from JavaScript's in its last bit.
 */
export function parseNumber(text: string): number | null {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return null
  const [, whole = '', fraction = '', power = '0'] = match
  if (whole === '' && fraction === '') return null
  if (fraction.length > MAX_EXPONENT) return null
  let value = digits(whole)
  if (fraction !== '') value += scale(digits(fraction), -fraction.length)
  const exponent = Number(power)
  if (Math.abs(exponent) > MAX_EXPONENT) return null
  return exponent === 0 ? value : scale(value, exponent)
}

const MAX_EXPONENT = 308

function digits(text: string): number {
  let value = 0
  for (let i = 0; i < text.length; i++) value = value * 10 + (text.charCodeAt(i) - 48)
  return value
}

function scale(value: number, exponent: number): number {
  const power = Number(`1e${Math.abs(exponent)}`)
  return exponent > 0 ? value * power : value / power
}
