import { TablecastError } from '@tablecast/engine/error'
import { decodeResponse, encodeRequest } from '../protocol/frames.js'
import type { HostedTableValue, MakeTableDataValue, Response } from '../protocol/messages.js'
import { isBoolean, isString, isUint32, optional, variant } from './arguments.js'
import { Channel, type Connection } from './channel.js'
import { JOIN_TYPES, LIST_FLATTENS } from './names.js'
import { ProxySession } from './proxy-session.js'
import { randomName } from './random-name.js'
import { replicate } from './replica.js'
import { notify } from './report.js'
import { Table } from './table.js'
import { tableData } from './table-data.js'
import type { ColumnType, JoinOptions, SystemInfo, TableData, TableInitOptions } from './types.js'
import { View } from './view.js'

declare const performance: { now(): number }

/** Connects again after a loss. Rejects when that fails, or resolves at once when there is nothing to do. */
export type Reconnect = () => Promise<void>

/**
 * A connection to a server. Get one from `websocket(url)` or `Server.new_local_client()`, or bring bytes yourself:
 *
 * ```ts
 * const client = new Client(async (frame) => port.postMessage(frame), () => port.close())
 * port.onmessage = ({ data }) => client.handle_response(data)
 * ```
 */
export class Client {
  readonly #channel: Channel
  readonly #errorCallbacks = new Map<number, (error: Error, reconnect: Reconnect) => unknown>()
  #nextErrorCallback = 1

  /**
   * @param send_request sends one request frame, and throws or rejects when it cannot; or a `Connection`, which is
   *   given requests as objects
   * @param close what `terminate` calls; without it `terminate` throws
   */
  constructor(
    send_request: ((frame: Uint8Array<ArrayBuffer>) => unknown) | Connection,
    close?: (() => unknown) | null,
  ) {
    this.#channel = new Channel(
      typeof send_request === 'function'
        ? { send: async (request) => void (await send_request(encodeRequest(request))), close: close ?? undefined }
        : send_request,
    )
  }

  /**
   * Makes a table on the server: from data, whose column types are inferred; from a schema, empty; or from a view,
   * which may be another client's: then it follows that view.
   *
   * @throws TablecastError `invalid-argument` when the data or an option is none of these, or with both an index and a
   *   limit
   */
  async table(data: TableData | Record<string, ColumnType> | View, options?: TableInitOptions | null): Promise<Table> {
    const given = options ?? {}
    if (data instanceof View) return replicate(data, given, (...made) => this.#makeTable(...made))
    return this.#makeTable(tableData(data, given.format), given)
  }

  /**
   * Opens a table of the server by its name.
   *
   * @throws TablecastError `table-not-found`
   */
  async open_table(name: string): Promise<Table> {
    const info = (await this.#hostedTables()).find(({ entity_id }) => entity_id === name)
    if (info === undefined) throw new TablecastError('table-not-found', `Unknown error: Unknown table "${name}"`)
    return new Table(this, this.#channel, name, { index: info.index, limit: info.limit })
  }

  /**
   * Makes a read-only table from the rows of two that have equal values in the column `on`. It follows both.
   *
   * @param left a table or its name; so is `right`
   */
  async join(left: Table | string, right: Table | string, on: string, options?: JoinOptions | null): Promise<Table> {
    const name = optional(options?.name, 'name', 'text', isString) ?? randomName()
    await this.#channel.call('MakeJoinTable', name, {
      left_table_id: await tableName(left),
      right_table_id: await tableName(right),
      on_column: on,
      join_type: variant(JOIN_TYPES, options?.join_type ?? 'inner'),
      right_on_column: optional(options?.right_on, 'right_on', 'a column name', isString) ?? '',
    })
    return new Table(this, this.#channel, name, { index: on })
  }

  /** Names of the server's tables, in no particular order. */
  async get_hosted_table_names(): Promise<string[]> {
    return (await this.#hostedTables()).map(({ entity_id }) => entity_id)
  }

  /** Calls back when a table is made or deleted. Resolves to the id for `remove_hosted_tables_update`. */
  async on_hosted_tables_update(callback: () => unknown): Promise<number> {
    return this.#channel.subscribe('GetHostedTables', '', { subscribe: true }, () => notify(callback))
  }

  /** Ends what `on_hosted_tables_update` began. */
  async remove_hosted_tables_update(id: number): Promise<void> {
    if (!this.#channel.forget(id)) throw new TablecastError('invalid-argument', 'Unknown error: remove_update')
    await this.#channel.call('RemoveHostedTablesUpdate', '', { id })
  }

  /** The server's memory and processor time. */
  async system_info(): Promise<SystemInfo> {
    const info = await this.#channel.call('ServerSystemInfo', '', {})
    const timestamp = 'document' in globalThis ? Math.floor(performance.now()) : null
    return { ...info, timestamp, client_heap: null, client_used: null }
  }

  /**
   * Calls back when the connection is lost. By then every pending call has failed and every subscription is gone; views
   * and subscriptions have to be made anew after `reconnect`. Resolves to a number that names the callback.
   */
  async on_error(callback: (error: Error, reconnect: Reconnect) => unknown): Promise<number> {
    this.#errorCallbacks.set(this.#nextErrorCallback, callback)
    return this.#nextErrorCallback++
  }

  /** A session for a further client, a viewer say, that shares this connection. */
  new_proxy_session(on_response: (frame: Uint8Array<ArrayBuffer>) => unknown): ProxySession {
    return new ProxySession(this.#channel, on_response)
  }

  /**
   * Closes the connection.
   *
   * @throws TablecastError `not-supported` when this client's connection cannot be closed
   */
  terminate(): unknown {
    return this.#channel.close()
  }

  /**
   * For transports: takes in a response, as a frame or as the object itself. What is neither is ignored, like text.
   *
   * @throws FrameError for bytes that are no response
   */
  async handle_response(response: ArrayBuffer | Uint8Array | Response): Promise<void> {
    if (typeof response !== 'object') return
    // By its shape, not its class: in a browser, bytes can come from another frame of the page.
    if ('msg_id' in response) this.#channel.receive(response)
    else if (ArrayBuffer.isView(response)) this.#channel.receive(decodeResponse(response))
    else this.#channel.receive(decodeResponse(new Uint8Array(response)))
  }

  /** For transports: tells of the loss of the connection, and how to connect again. */
  async handle_error(error: string, reconnect?: (() => unknown) | null): Promise<void> {
    const message = `Unknown error: ${error}`
    this.#channel.drop(message)
    for (const callback of this.#errorCallbacks.values()) {
      notify(() => callback(new TablecastError('unavailable', message), async () => void (await reconnect?.())))
    }
  }

  async #makeTable(
    data: MakeTableDataValue,
    options: TableInitOptions,
    beforeDelete?: () => Promise<void>,
  ): Promise<Table> {
    const name = optional(options.name, 'name', 'text', isString) ?? randomName()
    const index = optional(options.index, 'index', 'a column name', isString)
    const limit = optional(options.limit, 'limit', 'a number of rows', isUint32)
    if (index !== undefined && limit !== undefined) {
      throw new TablecastError('invalid-argument', "Can't use both `limit` and `index` arguments")
    }
    const list_flatten = options.list_flatten ?? undefined
    await this.#channel.call('MakeTable', name, {
      data,
      options: {
        make_table_type:
          index !== undefined
            ? { case: 'make_index_table', value: index }
            : limit !== undefined
              ? { case: 'make_limit_table', value: limit }
              : undefined,
        page_to_disk: optional(options.page_to_disk, 'page_to_disk', 'true or false', isBoolean),
        list_flatten: list_flatten === undefined ? undefined : variant(LIST_FLATTENS, list_flatten),
      },
    })
    return new Table(this, this.#channel, name, { index, limit }, beforeDelete)
  }

  async #hostedTables(): Promise<HostedTableValue[]> {
    return (await this.#channel.call('GetHostedTables', '', { subscribe: false })).table_infos
  }
}

async function tableName(table: unknown): Promise<string> {
  if (typeof table === 'string') return table
  if (table instanceof Table) return table.get_name()
  throw new TablecastError('invalid-argument', 'Expected a Table or string table name')
}
