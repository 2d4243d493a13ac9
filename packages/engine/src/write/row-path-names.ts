import type { Slice } from '../query/slice.js'

/** The names of the row path columns in Arrow and CSV; none for a slice without group_by. */
export function rowPathNames(slice: Slice, legacy: boolean): string[] {
  const names = slice.rowPath?.names ?? []
  return names.map((name, level) => (legacy ? `${name} (Group by ${level + 1})` : `__ROW_PATH_${level}__`))
}
