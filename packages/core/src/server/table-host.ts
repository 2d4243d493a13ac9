import { type Disk, Pager, type Table, TablecastError } from '@tablecast/engine'
import type { HostedTable } from './hosted-table.js'
import { LongWork } from './long-work.js'
import type { TableSession } from './table-session.js'

/** Milliseconds between looking for columns that are not in use. */
const SWEEP_EVERY = 1000

declare const performance: { now(): number }

/** What a server is made of: its tables, who wants to know of them, and the one thread of work on them. */
export class TableHost {
  readonly longWork = new LongWork((work) => this.run(work))
  readonly #tables = new Map<string, HostedTable>()
  /** Tables with mutations not yet applied, in the order they got them. */
  readonly #dirty = new Set<HostedTable>()
  readonly #listeners: { readonly session: TableSession; readonly msg_id: number }[] = []
  readonly #report: (error: unknown, what: string) => void
  readonly #waiting: (() => void)[] = []
  /** Puts away columns that are not in use; null where there is no disk. */
  readonly #pager: Pager | null
  #swept = Number.NEGATIVE_INFINITY
  #working = false
  #cpuMillis = 0
  #cpuSince = performance.now()

  constructor(report: (error: unknown, what: string) => void, disk: Disk | null = null) {
    this.#report = report
    this.#pager = disk === null ? null : new Pager(disk)
  }

  /** Tells of a fault of our own that no client caused and none is told of. */
  report(error: unknown, what: string): void {
    this.#report(error, what)
  }

  /**
   * Runs one piece of work, now or, when called from within another, right after it: a callback that sends a request
   * while notifications go out must not get between them.
   */
  run(work: () => void): void {
    this.#waiting.push(work)
    if (this.#working) return
    this.#working = true
    const start = performance.now()
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next()
    } finally {
      this.#working = false
      this.#sweep(start)
      this.#cpuMillis += performance.now() - start
    }
  }

  /** Milliseconds worked, and passed, since the last call. */
  takeCpuTime(): { worked: number; passed: number } {
    const now = performance.now()
    const taken = { worked: this.#cpuMillis, passed: now - this.#cpuSince }
    this.#cpuMillis = 0
    this.#cpuSince = now
    return taken
  }

  /** Has a table's columns put away while they are not in use. Throws where there is no disk. */
  page(table: Table): void {
    if (this.#pager === null) {
      throw new TablecastError('not-supported', '`page_to_disk` is not supported: this server has no disk')
    }
    this.#pager.add(table)
    // What was just loaded can wait at once.
    this.#swept = Number.NEGATIVE_INFINITY
  }

  #sweep(now: number): void {
    if (this.#pager === null || now - this.#swept < SWEEP_EVERY) return
    this.#swept = now
    try {
      this.#pager.sweep()
    } catch (error) {
      this.report(error, 'page_to_disk')
    }
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0
  }

  /** Notes that a table has something queued. */
  markDirty(table: HostedTable): void {
    this.#dirty.add(table)
  }

  /** Notes that a table has nothing queued any more. */
  markClean(table: HostedTable): void {
    this.#dirty.delete(table)
  }

  /** Applies everything queued and sends the notifications. */
  poll(): void {
    for (const table of this.#dirty) table.flush()
  }

  /** The tables people can open; one that waits for its last view to go is not among them. */
  *hosted(): Iterable<HostedTable> {
    for (const table of this.#tables.values()) if (!table.isLeaving) yield table
  }

  find(name: string): HostedTable | undefined {
    return this.#tables.get(name)
  }

  /** Throws when the name is taken. */
  claim(name: string): void {
    if (this.#tables.has(name)) throw new TablecastError('already-exists', `Table "${name}" already exists`)
  }

  add(table: HostedTable): void {
    this.#tables.set(table.name, table)
  }

  drop(table: HostedTable): void {
    this.#tables.delete(table.name)
    this.#dirty.delete(table)
    this.#pager?.remove(table.table)
  }

  listen(session: TableSession, msg_id: number): void {
    this.#listeners.push({ session, msg_id })
  }

  /** Ends one subscription of a session, or without an id all of them. */
  unlisten(session: TableSession, msg_id?: number): void {
    for (let i = this.#listeners.length - 1; i >= 0; i--) {
      const listener = this.#listeners[i]!
      if (listener.session === session && (msg_id === undefined || listener.msg_id === msg_id)) {
        this.#listeners.splice(i, 1)
      }
    }
  }

  /** How many subscriptions a session has that are not to a view. */
  subscriptionsOf(session: TableSession): number {
    let count = this.#listeners.filter((listener) => listener.session === session).length
    for (const table of this.#tables.values()) count += table.subscriptionsOf(session)
    return count
  }

  /** Tells everyone who asked that a table came or went. */
  notifyHosted(): void {
    for (const { session, msg_id } of this.#listeners.slice()) session.notifyHosted(msg_id)
  }

  /** Frees what sessions of a closed one left: its subscriptions to tables. */
  forget(session: TableSession): void {
    this.unlisten(session)
    for (const table of this.#tables.values()) table.forget(session)
  }
}
