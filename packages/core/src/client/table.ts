import { TablecastError } from '@tablecast/engine/error'

import { badArgument, isUint32, nameOf, optional } from './arguments.js'
import type { Channel } from './channel.js'
import type { Client } from './client.js'
import { COLUMN_TYPES } from './names.js'
import { randomName } from './random-name.js'
import { notify } from './report.js'
import { updateData } from './table-data.js'
import type {
  ColumnType,
  DeleteOptions,
  Expressions,
  ExpressionValidation,
  TableData,
  UpdateOptions,
  ViewConfigUpdate,
} from './types.js'
import { View, type ViewSource } from './view.js'
import { expressionsMessage, viewConfigMessage } from './view-config.js'

/** A handle on a table of the server, made by `Client.table`, `open_table` or `join`. */
export class Table {
  readonly #channel: Channel
  readonly #client: Client
  readonly #name: string
  readonly #source: ViewSource
  readonly #beforeDelete: () => Promise<void>

  /** @internal */
  constructor(
    client: Client,
    channel: Channel,
    name: string,
    source: ViewSource,
    beforeDelete: () => Promise<void> = async () => {},
  ) {
    this.#client = client
    this.#channel = channel
    this.#name = name
    this.#source = source
    this.#beforeDelete = beforeDelete
  }

  async get_client(): Promise<Client> {
    return this.#client
  }

  async get_name(): Promise<string> {
    return this.#name
  }

  /** The index column's name, if the table has one. */
  async get_index(): Promise<string | undefined> {
    return this.#source.index
  }

  /** The number of rows that are kept, if the table has such a limit. */
  async get_limit(): Promise<number | undefined> {
    return this.#source.limit
  }

  /** Types of the columns, in the table's order. */
  async schema(): Promise<Record<string, ColumnType>> {
    return Object.fromEntries((await this.#schema()).map(({ name, type }) => [name, nameOf(COLUMN_TYPES, type)]))
  }

  /** Names of the columns, in the table's order. */
  async columns(): Promise<string[]> {
    return (await this.#schema()).map(({ name }) => name)
  }

  /** Number of rows. */
  async size(): Promise<number> {
    return (await this.#channel.call('TableSize', this.#name, {})).size
  }

  /** A number that names a source of updates: give it to `update`, and recognise it in `View.on_update`. */
  async make_port(): Promise<number> {
    try {
      return (await this.#channel.call('TableMakePort', this.#name, {})).port_id
    } catch (cause) {
      // Perspective's client gives this text for whatever went wrong.
      throw new TablecastError('internal', 'Unknown error: make_port', { cause })
    }
  }

  /**
   * Adds rows; in a table with an index, a row with a known key changes the columns it has. Columns are never added,
   * and values are converted to the column's type.
   *
   * @throws TablecastError `invalid-argument` when given a schema
   */
  async update(data: TableData, options?: UpdateOptions | null): Promise<void> {
    await this.#channel.call('TableUpdate', this.#name, {
      data: updateData(data, options?.format),
      port_id: optional(options?.port_id, 'port_id', 'a port from make_port', isUint32) ?? 0,
    })
  }

  /** Removes the rows with these keys: a list of them, or Arrow with the index column. */
  async remove(keys: unknown[] | TableData, options?: UpdateOptions | null): Promise<void> {
    await this.#channel.call('TableRemove', this.#name, { data: updateData(keys, options?.format) })
  }

  /** Puts these rows in place of all others. Views and subscriptions stay. */
  async replace(data: TableData, options?: UpdateOptions | null): Promise<void> {
    await this.#channel.call('TableReplace', this.#name, { data: updateData(data, options?.format) })
  }

  /** Removes all rows. Views and subscriptions stay. */
  async clear(): Promise<void> {
    await this.#channel.call('TableReplace', this.#name, { data: { data: { case: 'from_rows', value: '[]' } } })
  }

  /** Deletes the table on the server. One with views refuses, unless `lazy`: then it goes with its last view. */
  async delete(options?: DeleteOptions | null): Promise<void> {
    await this.#beforeDelete()
    await this.#channel.call('TableDelete', this.#name, { is_immediate: !options?.lazy })
  }

  /** Calls back once, when the table is deleted. Resolves to the id for `remove_delete`. */
  async on_delete(callback: () => unknown): Promise<number> {
    return this.#channel.subscribe('TableOnDelete', this.#name, {}, () => notify(callback), { once: true })
  }

  /** Ends what `on_delete` began. */
  async remove_delete(id: number): Promise<void> {
    await this.#channel.call('TableRemoveDelete', this.#name, { id })
    this.#channel.forget(id)
  }

  /** Checks expressions as a view of this table would. An invalid one is in the result, not an error. */
  async validate_expressions(expressions: Expressions | string[]): Promise<ExpressionValidation> {
    if (typeof expressions !== 'object' || expressions === null) {
      throw badArgument('expressions', 'an object of texts or a list of texts', expressions)
    }
    const reply = await this.#channel.call('TableValidateExpr', this.#name, {
      column_to_expr: expressionsMessage(expressions),
    })
    return {
      expression_schema: Object.fromEntries(
        [...reply.expression_schema].map(([name, type]) => [name, nameOf(COLUMN_TYPES, type)]),
      ),
      errors: Object.fromEntries(reply.errors),
      expression_alias: Object.fromEntries(reply.expression_alias),
    }
  }

  /**
   * Makes a live query on this table.
   *
   * @throws TablecastError `invalid-argument` when the configuration has an unknown key or a value of the wrong kind
   */
  async view(config?: ViewConfigUpdate | null): Promise<View> {
    const view_id = randomName()
    const reply = await this.#channel.call('TableMakeView', this.#name, {
      view_id,
      config: config ? viewConfigMessage(config) : undefined,
    })
    if (reply.view_id !== view_id) {
      throw new TablecastError('invalid-frame', `Unexpected response TableMakeViewResp { view_id: "${reply.view_id}" }`)
    }
    return new View(this.#channel, view_id, this.#source)
  }

  async #schema(): Promise<{ name: string; type: number }[]> {
    return (await this.#channel.call('TableSchema', this.#name, {})).schema?.schema ?? []
  }
}
