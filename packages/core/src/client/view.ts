import { TablecastError } from '@tablecast/engine/error'
import type { RequestOf, ViewPortValue } from '../protocol/messages.js'
import { clampUint32, isBoolean, isNumber, isString, nameOf, optional, variant } from './arguments.js'
import type { Channel, Notice } from './channel.js'
import { COLUMN_TYPES, UPDATE_MODES } from './names.js'
import { notify } from './report.js'
import { readTypedArrays } from './typed-arrays.js'
import type {
  ColumnType,
  ColumnWindow,
  Dimensions,
  OnRemoveData,
  OnUpdateData,
  OnUpdateOptions,
  Scalar,
  TypedArrayCallback,
  TypedArrayWindow,
  ViewConfig,
  ViewWindow,
} from './types.js'
import { scalar, viewConfig } from './view-config.js'

/** What a view knows of the table it shows. */
export interface ViewSource {
  readonly index?: string | undefined
  readonly limit?: number | undefined
}

/** A handle on a live query on a table, made by `Table.view`. It costs the server something until it is deleted. */
export class View {
  /** @internal */
  readonly name: string
  /** @internal */
  readonly source: ViewSource
  readonly #channel: Channel
  readonly #subscriptions = new Set<number>()

  /** @internal */
  constructor(channel: Channel, name: string, source: ViewSource) {
    this.name = name
    this.source = source
    this.#channel = channel
  }

  /** Number of rows and columns, of the view and of its table. */
  async dimensions(): Promise<Dimensions> {
    return this.#channel.call('ViewDimensions', this.name, {})
  }

  async num_rows(): Promise<number> {
    return (await this.dimensions()).num_view_rows
  }

  async num_columns(): Promise<number> {
    return (await this.dimensions()).num_view_columns
  }

  /** Column names; those of a split view with the path of values before them, joined by `|`. */
  async column_paths(window?: ColumnWindow | null): Promise<string[]> {
    const column = (value: number | null | undefined, what: string) => {
      const number = optional(value, what, 'a number', isNumber)
      return number === undefined ? undefined : clampUint32(number)
    }
    const { paths } = await this.#channel.call('ViewColumnPaths', this.name, {
      start_col: column(window?.start_col, 'start_col'),
      end_col: column(window?.end_col, 'end_col'),
    })
    return paths
  }

  /** Types of the view's columns: an aggregate's can differ from its column's. */
  async schema(): Promise<Record<string, ColumnType>> {
    return schemaRecord((await this.#channel.call('ViewSchema', this.name, {})).schema)
  }

  /** Types of the columns that the view's expressions make. */
  async expression_schema(): Promise<Record<string, ColumnType>> {
    if (!(await this.#channel.features()).expressions) return {}
    return schemaRecord((await this.#channel.call('ViewExpressionSchema', this.name, {})).schema)
  }

  /** The configuration with every default filled in. */
  async get_config(): Promise<ViewConfig> {
    const { config } = await this.#channel.call('ViewGetConfig', this.name, {})
    if (config === undefined) throw new TablecastError('invalid-frame', 'Unexpected response ViewGetConfigResp')
    return viewConfig(config)
  }

  /** Smallest and largest value of a column; nulls when it has none. */
  async get_min_max(column_name: string): Promise<[min: Scalar, max: Scalar]> {
    const { min, max } = await this.#channel.call('ViewGetMinMax', this.name, { column_name })
    return [scalar(min), scalar(max)]
  }

  /** Hides the rows below a group row; resolves to how many those were. */
  async collapse(row_index: number): Promise<number> {
    return (await this.#channel.call('ViewCollapse', this.name, { row_index: row_index >>> 0 })).num_changed
  }

  /** Shows the rows below a group row; resolves to how many those are. */
  async expand(row_index: number): Promise<number> {
    return (await this.#channel.call('ViewExpand', this.name, { row_index: row_index >>> 0 })).num_changed
  }

  /** Expands every group row above a depth and collapses those at it: 0 shows the total and the first level. */
  async set_depth(depth: number): Promise<void> {
    await this.#channel.call('ViewSetDepth', this.name, { depth: depth >>> 0 })
  }

  /** Rows as an Arrow IPC stream. */
  async to_arrow(window?: ViewWindow | null): Promise<ArrayBuffer> {
    const { arrow } = await this.#channel.call('ViewToArrow', this.name, {
      viewport: viewport(window),
      compression: optional(window?.compression, 'compression', '"lz4" or "zstd"', isString),
    })
    return arrow.slice().buffer
  }

  /** Rows as objects. */
  async to_json<Row = Record<string, unknown>>(window?: ViewWindow | null): Promise<Row[]> {
    return JSON.parse(await this.to_json_string(window))
  }

  /** Rows as JSON text. */
  async to_json_string(window?: ViewWindow | null): Promise<string> {
    return (await this.#channel.call('ViewToRowsString', this.name, reading(window))).json_string
  }

  /** Columns as an object of arrays. */
  async to_columns<Columns = Record<string, unknown[]>>(window?: ViewWindow | null): Promise<Columns> {
    return JSON.parse(await this.to_columns_string(window))
  }

  /** Columns as JSON text. */
  async to_columns_string(window?: ViewWindow | null): Promise<string> {
    return (await this.#channel.call('ViewToColumnsString', this.name, reading(window))).json_string
  }

  /** Rows as JSON text, one to a line. */
  async to_ndjson(window?: ViewWindow | null): Promise<string> {
    return (await this.#channel.call('ViewToNdjsonString', this.name, reading(window))).ndjson_string
  }

  async to_csv(window?: ViewWindow | null): Promise<string> {
    return (await this.#channel.call('ViewToCSV', this.name, { viewport: viewport(window) })).csv
  }

  /**
   * Calls back with the columns as typed arrays, and waits for the promise the callback may return. Small integers and
   * booleans come as `Int32Array`; 64-bit integers, dates and times (milliseconds) as `Float64Array`. Nulls are 0.
   * `compression` has no effect.
   *
   * @throws TablecastError `not-supported` for a column of another type; whatever the callback throws
   */
  async with_typed_arrays(window: TypedArrayWindow | null | undefined, callback: TypedArrayCallback): Promise<void> {
    const { arrow } = await this.#channel.call('ViewToArrow', this.name, {
      viewport: { ...viewport(window), emit_legacy_row_path_names: false },
    })
    const { names, values, validities, dictionaries } = await readTypedArrays(arrow, window?.float32 ?? false)
    await callback(names, values, validities, dictionaries)
  }

  /**
   * Calls back after each update of the table, also of rows that the view does not show. Resolves to the id for
   * `remove_update` once the request is sent: the server does not acknowledge it.
   */
  async on_update(callback: (data: OnUpdateData) => unknown, options?: OnUpdateOptions | null): Promise<number> {
    const mode = options?.mode ?? undefined
    return this.#subscribe(
      'ViewOnUpdate',
      { mode: mode === undefined ? undefined : variant(UPDATE_MODES, mode) },
      (body) => notify(() => callback({ delta: body?.delta?.slice() ?? null, port_id: body?.port_id ?? 0 })),
    )
  }

  /** Ends what `on_update` began. */
  async remove_update(id: number): Promise<void> {
    this.#unsubscribe(id)
    await this.#channel.call('ViewRemoveOnUpdate', this.name, { id })
  }

  /**
   * Calls back when rows of the table are removed, with their keys, whatever the view shows. Never for a table without
   * an index. Resolves to the id for `remove_remove`.
   */
  async on_remove(callback: (data: OnRemoveData) => unknown): Promise<number> {
    return this.#subscribe('ViewOnRemove', {}, (body) =>
      notify(() => callback({ indices: body?.indices?.slice() ?? new Uint8Array(0), port_id: body?.port_id ?? 0 })),
    )
  }

  /** Ends what `on_remove` began. */
  async remove_remove(id: number): Promise<void> {
    this.#unsubscribe(id)
    await this.#channel.call('ViewRemoveOnRemove', this.name, { id })
  }

  /** Calls back once, when the view is deleted. Resolves to the id for `remove_delete`. */
  async on_delete(callback: () => unknown): Promise<number> {
    return this.#channel.subscribe('ViewOnDelete', this.name, {}, () => notify(callback), { once: true })
  }

  /** Ends what `on_delete` began. */
  async remove_delete(id: number): Promise<void> {
    await this.#channel.call('ViewRemoveDelete', this.name, { id })
    this.#channel.forget(id)
  }

  /** Deletes the view on the server, and with it every subscription on it. */
  async delete(): Promise<void> {
    await this.#channel.call('ViewDelete', this.name, {})
    for (const id of this.#subscriptions) this.#channel.forget(id)
    this.#subscriptions.clear()
  }

  async #subscribe<C extends 'ViewOnUpdate' | 'ViewOnRemove'>(
    name: C,
    value: RequestOf<C>,
    onNotice: Notice<C>,
  ): Promise<number> {
    const id = await this.#channel.subscribe(name, this.name, value, onNotice)
    this.#subscriptions.add(id)
    return id
  }

  #unsubscribe(id: number): void {
    this.#subscriptions.delete(id)
    // Perspective's client gives this text for every kind of subscription.
    if (!this.#channel.forget(id)) throw new TablecastError('invalid-argument', 'Unknown error: remove_update')
  }
}

function schemaRecord(schema: ReadonlyMap<string, number>): Record<string, ColumnType> {
  return Object.fromEntries([...schema].map(([name, type]) => [name, nameOf(COLUMN_TYPES, type)]))
}

function viewport(window: ViewWindow | null | undefined): ViewPortValue {
  const edge = (key: 'start_row' | 'start_col' | 'end_row' | 'end_col', round: (value: number) => number) => {
    const value = optional(window?.[key], key, 'a number', isNumber)
    return value === undefined ? undefined : clampUint32(round(value))
  }
  return {
    start_row: edge('start_row', Math.floor),
    start_col: edge('start_col', Math.floor),
    end_row: edge('end_row', Math.ceil),
    end_col: edge('end_col', Math.ceil),
    emit_legacy_row_path_names: flag(window, 'emit_legacy_row_path_names'),
  }
}

function reading(window: ViewWindow | null | undefined): RequestOf<'ViewToRowsString'> {
  return {
    viewport: viewport(window),
    id: flag(window, 'id'),
    index: flag(window, 'index'),
    formatted: flag(window, 'formatted'),
  }
}

function flag(
  window: ViewWindow | null | undefined,
  key: 'id' | 'index' | 'formatted' | 'emit_legacy_row_path_names',
): boolean | undefined {
  return optional(window?.[key], key, 'true or false', isBoolean)
}
