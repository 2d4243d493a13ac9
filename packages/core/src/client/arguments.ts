import { TablecastError } from '@tablecast/engine/error'

/** A call's argument is not what it must be. `what` names it; the text goes on with what was given instead. */
export function badArgument(what: string, expected: string, given: unknown): TablecastError {
  return new TablecastError('invalid-argument', `Invalid ${what}: expected ${expected}, not ${show(given)}`)
}

/** A short text for a value in an error message. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value))
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/** One of a closed set of names, as its number on the wire. The error text is that of Perspective's client. */
export function variant<K extends string>(names: Readonly<Record<K, number>>, given: unknown): number {
  const number = typeof given === 'string' && Object.hasOwn(names, given) ? names[given as K] : undefined
  if (number !== undefined) return number
  const known = Object.keys(names).map((name) => `\`${name}\``)
  const expected = known.length > 2 ? `one of ${known.join(', ')}` : known.join(' or ')
  throw new TablecastError('invalid-argument', `unknown variant \`${given}\`, expected ${expected}`)
}

/** The name of an enum's number; the first name for a number that has none. */
export function nameOf<K extends string>(names: Readonly<Record<K, number>>, number: number | undefined): K {
  const entries = Object.entries(names) as [K, number][]
  return (entries.find(([, value]) => value === number) ?? entries[0]!)[0]
}

/** Refuses keys that an options object does not have. The error text is that of Perspective's client. */
export function knownKeys(object: object, keys: readonly string[]): void {
  const unknown = Object.keys(object).find((key) => !keys.includes(key))
  if (unknown === undefined) return
  const expected = keys.map((key) => `\`${key}\``).join(', ')
  throw new TablecastError('invalid-argument', `unknown field \`${unknown}\`, expected one of ${expected}`)
}

/** Checks an optional argument: null counts as absent. */
export function optional<T>(value: T | null | undefined, what: string, expected: string, is: (value: T) => boolean) {
  if (value === undefined || value === null) return undefined
  if (!is(value)) throw badArgument(what, expected, value)
  return value
}

export const isString = (value: unknown) => typeof value === 'string'
export const isBoolean = (value: unknown) => typeof value === 'boolean'
export const isNumber = (value: unknown) => typeof value === 'number'
export const isUint32 = (value: unknown) => typeof value === 'number' && value >>> 0 === value

/** Rounds towards the nearest number that fits a uint32; what is no number is 0. */
export function clampUint32(value: number): number {
  return value > 0 ? Math.min(Math.trunc(value), 0xffffffff) : 0
}
