import type { Client, Table } from '@tablecast/core'
import type { Format, Source } from './sources.js'

/** Options that go to every table of a command. At most one of the two. */
export interface TableOptions {
  readonly index?: string
  readonly limit?: number
}

/** V8 holds no longer text than this. */
const longestText = 2 ** 29 - 25

/**
 * Makes the table of a source from all its bytes; column types are those that fit every row.
 *
 * @throws Error naming the file, when it is empty, too long, or not in its format.
 */
export async function makeTable(
  client: Client,
  source: Source,
  bytes: Uint8Array,
  options: TableOptions,
): Promise<Table> {
  const given = { name: source.table, format: readFormat(source.format, bytes), ...options }
  return explained(source, bytes, () => client.table(bytes, given))
}

/** Puts all rows of a source in place of those its table has. */
export async function replaceRows(table: Table, source: Source, bytes: Uint8Array): Promise<void> {
  await explained(source, bytes, () => table.replace(bytes, { format: readFormat(source.format, bytes) }))
}

async function explained<T>({ path, format }: Source, bytes: Uint8Array, make: () => Promise<T>): Promise<T> {
  const name = path === '-' ? 'standard input' : path
  if (bytes.length === 0) throw new Error(`${name} is empty`)
  if (format !== 'arrow' && bytes.length > longestText) {
    throw new Error(`${name} has ${bytes.length} bytes; text can have ${longestText}. Arrow files can be longer`)
  }
  try {
    return await make()
  } catch (cause) {
    throw new Error(`${name}, read as ${format}: ${reason(cause)}`, { cause })
  }
}

/** What was wrong with data, without the mark that the wire puts in front of it. */
export function reason(error: unknown): string {
  return (error as Error).message.replace(/^Abort\(\): /, '').trim()
}

function readFormat(format: Format, bytes: Uint8Array): 'csv' | 'ndjson' | 'json' | 'columns' | 'arrow' {
  return format === 'json' && firstSign(bytes) === '{' ? 'columns' : format
}

function firstSign(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart().charAt(0)
}
