/** A number as C++ prints it: six significant digits, no trailing zeroes, an exponent of at least two digits. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const minus = value < 0 ? '-' : ''
  const { digits, exponent } = sixDigits(Math.abs(value))
  if (exponent < -4 || exponent >= 6) {
    const sign = exponent < 0 ? '-' : '+'
    const mantissa = trimZeroes(`${digits[0]}.${digits.slice(1)}`)
    return `${minus}${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const whole = exponent < 0 ? '0' : digits.slice(0, exponent + 1)
  const fraction = exponent < 0 ? '0'.repeat(-exponent - 1) + digits : digits.slice(exponent + 1)
  return minus + trimZeroes(fraction === '' ? whole : `${whole}.${fraction}`)
}

/** The first six digits, rounded; of two numbers equally near, C++ takes the even one and JavaScript the larger. */
function sixDigits(value: number): { digits: string; exponent: number } {
  let [mantissa, exponent] = value.toExponential(5).split('e') as [string, string]
  const [seven, sevenExponent] = value.toExponential(6).split('e') as [string, string]
  const isTie = seven.endsWith('5') && value.toExponential(60).startsWith(`${seven}${'0'.repeat(54)}`)
  if (isTie && '02468'.includes(seven.at(-2)!)) [mantissa, exponent] = [seven.slice(0, -1), sevenExponent]
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) }
}

function trimZeroes(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
