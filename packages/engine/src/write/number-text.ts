/** A double as JSON: shortest digits that round-trip, always with a point or exponent; null for NaN and the infinities. */
export function floatToJson(value: number): string {
  if (!Number.isFinite(value)) return 'null'
  if (Number.isInteger(value)) {
    if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
    const text = String(value)
    const exponent = text.indexOf('+')
    return exponent < 0 ? `${text}.0` : text.slice(0, exponent) + text.slice(exponent + 1)
  }
  return String(value)
}

/** A double as CSV: as JSON without `.0`, and plain digits only for 1e-6 <= |value| < 1e10. */
export function floatToCsv(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value)
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0' : '0'
  const text = String(value)
  // JavaScript itself goes over to exponents only from 1e21.
  return size < 1e10 || text.includes('e') ? text : withExponent(text)
}

/** A float32 as CSV: the shortest digits that give this float32 back. */
export function float32ToCsv(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return floatToCsv(short)
  }
  return floatToCsv(Number(value.toPrecision(9)))
}

/** An integer held in a double, with what the double lacks of it; beyond 2^53 a double's own text is not exact. */
export function integerToText(value: number, fine: number): string {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : String(BigInt(value) + BigInt(fine))
}

function nonFinite(value: number): string {
  // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself
  return value !== value ? 'nan' : value > 0 ? 'inf' : '-inf'
}

/** Plain digits, at least eleven before the point, as `d.ddde+NN`. */
function withExponent(text: string): string {
  const sign = text.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = text.slice(sign.length).split('.')
  const digits = (whole + fraction).replace(/0+$/, '')
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${sign}${digits[0]}${rest}e+${whole.length - 1}`
}
