import {
  type Change,
  Column,
  type Join,
  type ListFlatten,
  type Mutation,
  type Scalar,
  type Table,
  TablecastError,
  toArrow,
} from '@tablecast/engine'
import { AnswerCache } from './answer-cache.js'
import type { HostedView } from './hosted-view.js'
import { inSteps } from './mutation-order.js'
import { News } from './news.js'
import type { TableHost } from './table-host.js'
import type { TableSession } from './table-session.js'

declare const performance: { now(): number }

/** Someone to be answered or told under a request's id. */
interface Addressee {
  readonly session: TableSession
  readonly msg_id: number
}

/** The rows that one step took out of a table with an index. */
export interface RemovedKeys {
  readonly keys: Column
  /** The keys as Arrow, made once however many ask. */
  arrow(): Uint8Array
}

/** What a join table is made from. */
export interface JoinSources {
  readonly join: Join
  /** Left and right; once when they are one table. */
  readonly tables: ReadonlySet<HostedTable>
}

/**
 * A table under its name, with all that clients have attached to it. Mutations are queued; `flush` applies them and
 * tells the views, port by port.
 */
export class HostedTable {
  readonly name: string
  readonly table: Table
  /** How lists in its updates become rows; that of its making. */
  readonly listFlatten: ListFlatten
  /** In creation order, in which they are told of changes. */
  readonly views = new Set<HostedView>()
  readonly answers = new AnswerCache()
  /** The join tables that this one feeds. */
  readonly #joins = new Set<HostedTable>()
  /** For a join table: what it is made from. */
  readonly #sources: JoinSources | null
  readonly #host: TableHost
  #queue: Mutation[] = []
  /** For a join table: whether its sources were written since it was last brought up to them. */
  #isBehind = false
  #ports = 0
  #onDelete: Addressee[] = []
  /** The lazy delete requests that wait for the last view to go. */
  readonly #leaving: Addressee[] = []

  constructor(
    host: TableHost,
    name: string,
    table: Table,
    sources: JoinSources | null = null,
    listFlatten: ListFlatten = 'zip',
  ) {
    this.#host = host
    this.listFlatten = listFlatten
    this.name = name
    this.table = table
    this.#sources = sources
    for (const source of sources?.tables ?? []) source.#joins.add(this)
  }

  /** True once a lazy delete waits for the last view to go. */
  get isLeaving(): boolean {
    return this.#leaving.length > 0
  }

  /** A new port, from 1 on. */
  makePort(): number {
    return ++this.#ports
  }

  /** Counts ports up to this one as made. */
  reservePorts(port: number): void {
    this.#ports = Math.max(this.#ports, port)
  }

  /** Throws for a port nobody made: what is sent to it is somebody's lost edit. */
  checkPort(port: number): void {
    if (port <= this.#ports) return
    throw new TablecastError('invalid-argument', `Table "${this.name}" has no port ${port}: make one with make_port()`)
  }

  /** Throws for a join table, whose rows are those of its sources. */
  checkWritable(): void {
    if (this.#sources !== null) throw new TablecastError('read-only', 'Cannot update a read-only join table')
  }

  /** Takes a mutation, already checked against the table, to be applied by the next flush. */
  queue(mutation: Mutation): void {
    this.#queue.push(mutation)
    this.#host.markDirty(this)
  }

  /** Has the joins of this table told of a write, as in the reference also of one that writes nothing. */
  stirJoins(): void {
    for (const join of this.#joins) {
      join.#isBehind = true
      this.#host.markDirty(join)
    }
  }

  /**
   * Applies what is queued and tells the views, port by port in ascending order. Joins are left to the poll, so that
   * they are told once of all that it applies, or until they are read.
   */
  flush(): void {
    for (const source of this.#sources?.tables ?? []) source.flush()
    this.#host.markClean(this)
    const queue = this.#queue
    this.#queue = []
    // Without an index rows stay in the order they came, so all are applied before anyone is told.
    const steps = this.table.index === null && queue.length > 0 ? [queue] : inSteps(queue)
    for (const mutations of steps) this.#step(mutations)
    if (this.#isBehind) {
      this.#isBehind = false
      const splice = this.#sources!.join.refresh()
      this.#step(splice === null ? [] : [splice])
    } else if (queue.length === 0) return
    this.stirJoins()
  }

  /** Applies mutations and tells the views, port by port. */
  #step(mutations: readonly Mutation[]): void {
    const since = this.table.version
    const changes: Change[] = []
    for (const mutation of mutations) {
      try {
        changes.push(this.table.apply(mutation))
      } catch (error) {
        this.#host.report(error, `${mutation.kind} of table "${this.name}"`)
      }
    }
    for (const failure of this.table.takeFailures()) {
      this.#host.report(new TablecastError('limit-exceeded', failure), `update of table "${this.name}"`)
    }
    for (const { view } of this.views) view.settle()
    const at = performance.now()
    const removed = this.#removed(changes)
    const ports = mutations.length === 0 ? [0] : [...new Set(mutations.map(({ port }) => port))].sort((a, b) => a - b)
    for (const port of ports) {
      const news = new News(since, port, ports.length > 1, at)
      for (const view of this.views) {
        if (removed !== null) view.notifyRemoved(removed, port, at)
        view.notifyUpdated(news)
      }
    }
  }

  /** The keys that the changes took out: those of an emptying unless they are there again, those of a removal always. */
  #removed(changes: readonly Change[]): RemovedKeys | null {
    const lists = changes.filter(({ removedKeys }) => removedKeys !== null)
    if (lists.length === 0) return null
    let keys = lists[0]!.removedKeys!
    if (changes.length > 1) {
      const distinct = new Set<Scalar>()
      for (const { removedKeys, reset } of lists) {
        for (let i = 0; i < removedKeys!.length; i++) {
          const key = removedKeys!.get(i)
          if (!reset || this.table.slotOf(key) < 0) distinct.add(key)
        }
      }
      if (distinct.size === 0) return null
      keys = Column.of(keys.storage, [...distinct])
    }
    let arrow: Uint8Array | null = null
    return { keys, arrow: () => (arrow ??= this.keysArrow(keys)) }
  }

  /** Keys as the Arrow stream that `on_remove` carries. */
  keysArrow(keys: Column): Uint8Array {
    const slice = { length: keys.length, names: [this.table.index!], columns: [keys], rowPath: null, keys: null }
    return toArrow(slice, { dataOnly: true })
  }

  addView(view: HostedView): void {
    this.views.add(view)
  }

  /** Lets a view go; the last one completes a lazy delete. Call `settle` after the view's own answer is out. */
  removeView(view: HostedView): void {
    this.views.delete(view)
  }

  onDelete(session: TableSession, msg_id: number): void {
    this.#onDelete.push({ session, msg_id })
  }

  removeOnDelete(session: TableSession, msg_id: number): void {
    this.#onDelete = this.#onDelete.filter((each) => each.session !== session || each.msg_id !== msg_id)
  }

  /** How many `on_delete` a session has here. */
  subscriptionsOf(session: TableSession): number {
    return this.#onDelete.filter((each) => each.session === session).length
  }

  /** Drops what a closed session has attached. */
  forget(session: TableSession): void {
    this.#onDelete = this.#onDelete.filter((each) => each.session !== session)
  }

  /** Deletes the table at once. Throws while it has views. */
  delete(session: TableSession, msg_id: number): void {
    this.#checkNoSource()
    if (this.views.size > 0) throw new TablecastError('conflict', 'Cannot delete table with views')
    this.#leave([...this.#leaving, { session, msg_id }])
  }

  /** Deletes the table when its last view goes; until then it is not listed but works. */
  deleteLazily(session: TableSession, msg_id: number): void {
    if (this.views.size === 0) {
      this.delete(session, msg_id)
      return
    }
    this.#checkNoSource()
    this.#leaving.push({ session, msg_id })
    this.#host.notifyHosted()
  }

  #checkNoSource(): void {
    for (const join of this.#joins) {
      throw new TablecastError('conflict', `Cannot delete table: it is a source for join table "${join.name}"`)
    }
  }

  /** Completes a lazy delete when no view is left. */
  settle(): void {
    if (this.isLeaving && this.views.size === 0) this.#leave(this.#leaving)
  }

  #leave(askers: readonly Addressee[]): void {
    this.#host.drop(this)
    for (const source of this.#sources?.tables ?? []) source.#joins.delete(this)
    this.#sources?.join.close()
    const entity_id = this.name
    for (const { session, msg_id } of this.#onDelete.splice(0)) {
      session.deliver({ msg_id, entity_id, client_resp: { case: 'TableOnDelete', value: {} } })
    }
    for (const { session, msg_id } of askers) {
      session.deliver({ msg_id, entity_id, client_resp: { case: 'TableDelete', value: {} } })
    }
    this.#host.notifyHosted()
  }
}
