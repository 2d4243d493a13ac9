import type { Address } from './history.js'
import type { Session } from './session.js'

/** The connected pages, by user. */
export class Roster {
  readonly #users = new Map<string, Map<string, Session>>()
  /** Connected pages. */
  size = 0

  /** Users with at least one page. */
  get users(): number {
    return this.#users.size
  }

  isOnline(userid: string): boolean {
    return this.#users.has(userid)
  }

  get(userid: string, id: string): Session | undefined {
    return this.#users.get(userid)?.get(id)
  }

  /** @returns true when it is its user's first. */
  add(session: Session): boolean {
    let sessions = this.#users.get(session.userid)
    const first = sessions === undefined
    if (sessions === undefined) {
      sessions = new Map()
      this.#users.set(session.userid, sessions)
    }
    if (!sessions.has(session.id)) this.size++
    sessions.set(session.id, session)
    return first
  }

  /** @returns true when it was its user's last. A session that was replaced is not there any more. */
  delete(session: Session): boolean {
    const sessions = this.#users.get(session.userid)
    if (sessions?.get(session.id) !== session) return false
    sessions.delete(session.id)
    this.size--
    if (sessions.size > 0) return false
    this.#users.delete(session.userid)
    return true
  }

  /** Those an address names. */
  *at({ userid, compid }: Address): Generator<Session> {
    const users = userid === undefined ? this.#users.values() : [this.#users.get(userid)]
    for (const sessions of users) {
      for (const session of sessions?.values() ?? []) {
        if (compid === undefined || compid === session.compid) yield session
      }
    }
  }
}
