import { arrowText } from './arrow-text.js'
import type { Case, Entry, Json, Step, Trace } from './case.js'
import { compressedText } from './compressed.js'
import { tableInput } from './input.js'
import { type Client, Link } from './link.js'
import type { TestServer } from './servers.js'

type Table = Awaited<ReturnType<Client['table']>>
type View = Awaited<ReturnType<Table['view']>>

/** JSON with object keys sorted: on the wire these are maps, whose order means nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

const errorText = (error: unknown) => `error: ${error instanceof Error ? error.message : String(error)}`

class Skipped extends Error {}

/** Runs the steps of one case against one server. */
class CaseRun {
  readonly #link: Link
  readonly #tables = new Map<string, Table>()
  readonly #views = new Map<string, View>()
  /** How each subscription is ended. */
  readonly #endings = new Map<string, () => Promise<unknown>>()
  #events: string[] = []
  /** What is read of answers by other means than the link, and takes its own time. */
  #reading: Promise<unknown>[] = []

  constructor(server: TestServer) {
    this.#link = new Link(server)
  }

  async run(steps: Step[]): Promise<Trace> {
    const entries: Entry[] = []
    for (const [index, step] of steps.entries()) {
      this.#link.step = index
      const entry: Entry = { answer: 'pending', events: [], frames: [] }
      entries.push(entry)
      try {
        entry.answer = await this.#settled(this.#start(step), index)
      } catch (error) {
        return { entries, crash: errorText(error) }
      }
      entry.events = this.#events.splice(0)
      entry.frames = this.#link.takeFrames()
    }
    return { entries }
  }

  /** The answer once the link is quiet; one that comes later is an event. */
  async #settled(answering: Promise<string>, index: number): Promise<string> {
    let answer: string | undefined
    let late = false
    answering
      .catch((error: unknown) => (error instanceof Skipped ? error.message : errorText(error)))
      .then((text) => {
        if (late) this.#events.push(`step ${index} answered: ${text}`)
        else answer = text
      })
    await this.#link.settle()
    while (this.#reading.length > 0) {
      await Promise.allSettled(this.#reading.splice(0))
      await this.#link.settle()
    }
    late = true
    return answer ?? 'pending'
  }

  #compressed(bytes: Uint8Array): Promise<string> {
    const text = compressedText(bytes)
    this.#reading.push(text)
    return text
  }

  #table(step: { on?: number }, label: string): Table {
    const table = this.#tables.get(`${step.on ?? 0} ${label}`)
    if (!table) throw new Skipped(`skipped: no table ${label}`)
    return table
  }

  #view(label: string): View {
    const view = this.#views.get(label)
    if (!view) throw new Skipped(`skipped: no view ${label}`)
    return view
  }

  async #start(step: Step): Promise<string> {
    const client = this.#link.client(step.on ?? 0)
    switch (step.do) {
      case 'batch':
        return (await Promise.all(step.steps.map((inner) => this.#start(inner).catch(errorText)))).join('\n')
      case 'close':
        await this.#link.closeSession(step.on ?? 0)
        return 'closed'
      case 'hosted':
        return stable((await client.get_hosted_table_names()).sort())
      case 'on_hosted': {
        const id = await client.on_hosted_tables_update(() => this.#events.push(`${step.label}: hosted`))
        this.#endings.set(step.label, () => client.remove_hosted_tables_update(id))
        return 'subscribed'
      }
      case 'off': {
        const end = this.#endings.get(step.label)
        if (!end) throw new Skipped(`skipped: no subscription ${step.label}`)
        await end()
        return 'done'
      }
      case 'table':
      case 'open':
      case 'join':
        this.#tables.set(`${step.on ?? 0} ${step.table}`, await this.#makeTable(client, step))
        return 'done'
      default:
        return 'view' in step && step.do !== 'view' ? this.#onView(step) : this.#onTable(step)
    }
  }

  #makeTable(client: Client, step: Extract<Step, { do: 'table' | 'open' | 'join' }>): Promise<Table> {
    if (step.do === 'open') return client.open_table(step.table)
    const options = { name: step.table, ...step.options }
    if (step.do === 'join') return client.join(step.left, step.right, step.column, options)
    const { data, format } = tableInput(step.data, (label) => this.#view(label))
    return client.table(data, format ? { format, ...options } : options)
  }

  async #onTable(step: Extract<Step, { table: string }>): Promise<string> {
    const table = this.#table(step, step.table)
    switch (step.do) {
      case 'update':
      case 'remove':
      case 'replace': {
        const { data, format } = tableInput(step.data, (label) => this.#view(label))
        const port_id = step.do === 'update' ? (step.port ?? null) : null
        await table[step.do](data, { port_id, format: format ?? null })
        return 'done'
      }
      case 'clear':
        await table.clear()
        return 'done'
      case 'size':
        return stable(await table.size())
      case 'schema':
        return stable(await table.schema())
      case 'columns':
        return stable(await table.columns())
      case 'port':
        return stable(await table.make_port())
      case 'delete_table':
        // The client takes the handle away, whatever the answer. A handle of another client stays.
        this.#tables.delete(`${step.on ?? 0} ${step.table}`)
        await table.delete({ lazy: step.lazy ?? false })
        return 'done'
      case 'validate':
        return stable(await table.validate_expressions(step.expressions))
      case 'view':
        this.#views.set(step.view, await table.view(step.config))
        return 'done'
      case 'on_table_delete': {
        const id = await table.on_delete(() => this.#events.push(`${step.label}: table deleted`))
        this.#endings.set(step.label, () => table.remove_delete(id))
        return 'subscribed'
      }
      default:
        throw new Error(`no such step: ${JSON.stringify(step)}`)
    }
  }

  async #onView(step: Exclude<Extract<Step, { view: string }>, { do: 'view' }>): Promise<string> {
    const view = this.#view(step.view)
    switch (step.do) {
      case 'read':
        return this.#read(view, step)
      case 'view_schema':
        return stable(await view.schema())
      case 'expression_schema':
        return stable(await view.expression_schema())
      case 'dimensions':
        return stable(await view.dimensions())
      case 'config':
        return stable(await view.get_config())
      case 'column_paths':
        return stable(await view.column_paths({ start_col: null, end_col: null, ...step.window }))
      case 'min_max':
        return stable(await view.get_min_max(step.column))
      case 'expand':
      case 'collapse':
        return stable(await view[step.do](step.row))
      case 'set_depth':
        await view.set_depth(step.depth)
        return 'done'
      case 'delete_view':
        // Through a handle of its own, since the client takes that away and later steps ask for the deleted view.
        await this.#link
          .client(step.on ?? 0)
          .__unsafe_open_view(view.__unsafe_get_name())
          .delete()
        return 'done'
      case 'on_update': {
        const id = await view.on_update(
          ({ delta, port_id }) =>
            this.#events.push(`${step.label}: update on port ${port_id}${delta ? `, ${arrowText(delta)}` : ''}`),
          step.mode ? { mode: step.mode } : undefined,
        )
        this.#endings.set(step.label, () => view.remove_update(id))
        return 'subscribed'
      }
      case 'on_remove': {
        const id = await view.on_remove(({ indices, port_id }) =>
          this.#events.push(`${step.label}: remove on port ${port_id}, ${arrowText(indices)}`),
        )
        this.#endings.set(step.label, () => view.remove_remove(id))
        return 'subscribed'
      }
      case 'on_view_delete': {
        const id = await view.on_delete(() => this.#events.push(`${step.label}: view deleted`))
        this.#endings.set(step.label, () => view.remove_delete(id))
        return 'subscribed'
      }
    }
  }

  async #read(view: View, step: Extract<Step, { do: 'read' }>): Promise<string> {
    switch (step.as) {
      case 'json':
        return view.to_json_string(step.window)
      case 'columns':
        return view.to_columns_string(step.window)
      case 'csv':
        return view.to_csv(step.window)
      case 'ndjson':
        return view.to_ndjson(step.window)
      case 'arrow': {
        const bytes = new Uint8Array(await view.to_arrow(step.window))
        return step.window?.['compression'] ? this.#compressed(bytes) : arrowText(bytes)
      }
      case 'typed':
        return this.#typed(view, step.window)
    }
  }

  async #typed(view: View, window: { [key: string]: Json } | undefined): Promise<string> {
    let text = ''
    await view.with_typed_arrays({ float32: false, ...window }, (...columns: unknown[][]) => {
      text = columns
        .map((column) => column.map((part) => (ArrayBuffer.isView(part) ? `${part.constructor.name} ${part}` : part)))
        .map((column) => JSON.stringify(column))
        .join('\n')
    })
    return text
  }
}

/** Runs one case on a fresh server. Never throws for what the server does; see `Trace.crash`. */
export async function runCase(testCase: Case, server: TestServer): Promise<Trace> {
  return new CaseRun(server).run(testCase.steps)
}
