import { TablecastError } from '@tablecast/engine'

/** The name of a wire enum's number. Throws `invalid` for a number that has none. */
export function nameOf<K extends string>(names: Readonly<Record<K, number>>, number: number, invalid: string): K {
  for (const name in names) if (names[name] === number) return name
  throw new TablecastError('invalid-argument', invalid)
}
