import type { Client, Table } from '@tablecast/core'
import { Records } from './records.js'
import type { Source } from './sources.js'
import { makeTable, reason, replaceRows, type TableOptions } from './table-maker.js'

const lineEnd = new Uint8Array([0x0a])

/** A table of CSV or NDJSON that goes on coming: complete records are put into it as they come. */
export class GrowingTable {
  readonly #client: Client
  readonly #source: Source & { readonly format: 'csv' | 'ndjson' }
  readonly #options: TableOptions
  readonly #complain: (problem: string) => void
  #records: Records
  /** The first record of CSV, which names the columns. */
  #header: Uint8Array | undefined
  #table: Table | undefined
  #tell: (table: Table) => void = () => {}
  /** The table, as soon as there is one: it is made of the first records, which say the columns' types. */
  readonly made = new Promise<Table>((resolve) => {
    this.#tell = resolve
  })

  constructor(
    client: Client,
    source: Source & { readonly format: 'csv' | 'ndjson' },
    options: TableOptions,
    complain: (problem: string) => void,
  ) {
    this.#client = client
    this.#source = source
    this.#options = options
    this.#complain = complain
    this.#records = new Records(source.format)
  }

  get table(): Table | undefined {
    return this.#table
  }

  /**
   * Takes the next bytes, which may end anywhere. Records that do not fit the table are complained about and left out.
   *
   * @throws Error when no table can be made of the first records.
   */
  async push(bytes: Uint8Array): Promise<void> {
    const rows = this.#rowsOf(bytes)
    if (rows.length === 0) return
    if (this.#table !== undefined) return this.#update(this.#table, rows)
    this.#table = await makeTable(this.#client, this.#source, this.#withHeader(rows), this.#options)
    this.#tell(this.#table)
  }

  /** No more bytes come: what is left is a record, though no newline ends it. */
  end(): Promise<void> {
    return this.push(lineEnd)
  }

  /** The source was written over: its first bytes replace all rows. */
  async restart(bytes: Uint8Array): Promise<void> {
    this.#records = new Records(this.#source.format)
    this.#header = undefined
    if (this.#table === undefined) return this.push(bytes)
    const rows = this.#rowsOf(bytes)
    if (rows.length === 0) await this.#table.clear()
    else await replaceRows(this.#table, this.#source, this.#withHeader(rows))
  }

  async #update(table: Table, rows: Uint8Array): Promise<void> {
    const { format, path } = this.#source
    try {
      await table.update(this.#withHeader(rows), { format })
    } catch {
      // One of them does not fit, and so none was taken: the others get their chance alone.
      for (const row of this.#records.split(rows)) {
        await table
          .update(this.#withHeader(row), { format })
          .catch((error) => this.#complain(`${path}: left out a row: ${reason(error)}`))
      }
    }
  }

  /** Complete records, without the header. */
  #rowsOf(bytes: Uint8Array): Uint8Array {
    const records = this.#records.push(bytes)
    if (this.#source.format === 'ndjson' || this.#header !== undefined || records.length === 0) return records
    const [header] = this.#records.split(records)
    this.#header = header!.slice()
    return records.subarray(header!.length)
  }

  #withHeader(rows: Uint8Array): Uint8Array {
    return this.#header === undefined ? rows : Buffer.concat([this.#header, rows])
  }
}
