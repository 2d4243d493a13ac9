import { createReadStream, statSync } from 'node:fs'
import type { Client, Table } from '@tablecast/core'
import { type Following, followFile, followStream } from './follow.js'
import { GrowingTable } from './growing-table.js'
import { type Progress, showProgress, size } from './progress.js'
import type { Source } from './sources.js'
import { makeTable, replaceRows, type TableOptions } from './table-maker.js'

export interface LoadOptions extends TableOptions {
  /** Whether the table goes on with its file. */
  readonly watch: boolean
}

/**
 * Makes the table of a source, showing how far it is. With `watch`, records added to CSV and NDJSON become rows; JSON
 * and Arrow are read anew when they change.
 *
 * @returns what goes on after that, if anything does.
 * @throws Error naming the file and what is wrong with it.
 */
export async function load(
  client: Client,
  source: Source,
  { watch, ...options }: LoadOptions,
): Promise<Following | undefined> {
  const { path, format } = source
  if (watch && (format === 'csv' || format === 'ndjson')) return loadGrowing(client, { ...source, format }, options)
  const made = await withProgress(source, async (bytes, progress) => {
    progress.making()
    return makeTable(client, source, bytes, options)
  })
  if (!watch || path === '-') return undefined
  return followFile(path, complain, async () => replaceRows(made, source, await readAll(path)))
}

async function loadGrowing(
  client: Client,
  source: Source & { readonly format: 'csv' | 'ndjson' },
  options: TableOptions,
): Promise<Following> {
  const { path } = source
  const growing = new GrowingTable(client, source, options, complain)
  let following: Following
  if (path === '-') {
    console.error('Waiting for the first rows of standard input')
    following = followStream(process.stdin, growing, complain)
  } else {
    let length = 0
    await withProgress(source, async (bytes, progress) => {
      length = bytes.length
      progress.making()
      await growing.push(bytes)
      return growing.table
    })
    following = followFile(path, complain, async () => {
      const from = statSync(path).size < length ? 0 : length
      const added = await readAll(path, () => {}, from)
      length = from + added.length
      await (from === 0 ? growing.restart(added) : growing.push(added))
    })
  }
  await Promise.race([growing.made, following.ended])
  if (growing.table === undefined) throw new Error('standard input ended before its first row')
  return following
}

async function withProgress<T extends Table | undefined>(
  source: Source,
  make: (bytes: Uint8Array, progress: Progress) => Promise<T>,
): Promise<T> {
  const { path } = source
  const progress = showProgress(path, path === '-' ? undefined : statSync(path).size)
  try {
    const bytes = await readAll(path, (count) => progress.read(count))
    const table = await make(bytes, progress)
    const rows = (await table?.size())?.toLocaleString('en') ?? 'no'
    progress.done(
      `${source.table}: ${rows} ${rows === '1' ? 'row' : 'rows'}, ${size(bytes.length)} of ${source.format}`,
    )
    return table
  } catch (error) {
    progress.stop()
    throw error
  }
}

async function readAll(path: string, tell: (bytes: number) => void = () => {}, start = 0): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  const stream = path === '-' ? process.stdin : createReadStream(path, { start, highWaterMark: 2 ** 20 })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    tell(chunk.length)
  }
  return Buffer.concat(chunks)
}

function complain(problem: string): void {
  console.error(problem)
}
