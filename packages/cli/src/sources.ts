import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'

/** How a file is read. `json` is rows or columns, whichever the text begins as. */
export type Format = 'csv' | 'ndjson' | 'json' | 'arrow'

/** One file of the command line and the table it becomes. */
export interface Source {
  /** As given; `-` is standard input. */
  readonly path: string
  readonly table: string
  readonly format: Format
}

const byExtension: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
}

export const formats: readonly Format[] = ['csv', 'ndjson', 'json', 'arrow']

/**
 * What the command line's files are.
 *
 * @param names of the tables, in the order of the files. Default: the file's name without its extensions, `stdin` for `-`.
 * @param format of every file; by default each file's extension says it, and standard input is CSV.
 * @throws TypeError when a file is missing or no file, its format is unknown, or two tables have one name.
 */
export function findSources(paths: readonly string[], names: readonly string[], format?: Format): Source[] {
  if (names.length > paths.length) {
    throw new TypeError(`--name is given ${names.length} times for ${paths.length} file(s); give one for each`)
  }
  const sources = paths.map((path, at) => ({
    path,
    table: names[at] ?? (path === '-' ? 'stdin' : tableName(path)),
    format: format ?? formatOf(path),
  }))
  sources.forEach(({ path, table }, at) => {
    checkFile(path)
    const other = sources.findIndex((source) => source.table === table)
    if (other !== at) {
      throw new TypeError(`${sources[other]!.path} and ${path} would both be table "${table}"; name them with --name`)
    }
  })
  return sources
}

/** `data/superstore.lz4.arrow` is table `superstore`. */
function tableName(path: string): string {
  const file = basename(path)
  return file.replace(/(?<=.)\..*$/, '')
}

function formatOf(path: string): Format {
  if (path === '-') return 'csv'
  const extension = extname(path).toLowerCase()
  const format = byExtension[extension]
  if (format !== undefined) return format
  const known = Object.keys(byExtension).join(' ')
  throw new TypeError(
    `${path}: ${extension === '' ? 'it has no extension' : `unknown extension "${extension}"`}; known: ${known}. ` +
      `If it is one of these all the same, say so: --format ${formats.join('|')}`,
  )
}

function checkFile(path: string): void {
  if (path === '-') return
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new TypeError(`${path}: there is no such file`)
  if (stat.isDirectory()) throw new TypeError(`${path} is a directory; name the files in it`)
}
