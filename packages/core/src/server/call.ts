import { type Pieces, TablecastError, type Utf8Text } from '@tablecast/engine'
import type { RequestCase, RequestOf, Response, ResponseOf } from '../protocol/messages.js'
import type { HostedTable } from './hosted-table.js'
import type { HostedView } from './hosted-view.js'
import type { TableVerb } from './session.js'
import type { TableSession } from './table-session.js'

/** The answer to a request as its handler gives it: a text may be UTF-8 already. */
export type AnswerTo<C extends RequestCase> = {
  readonly [K in keyof ResponseOf<C>]: ResponseOf<C>[K] extends string ? string | Utf8Text : ResponseOf<C>[K]
}

/** One request on its way through its handler. */
export class Call<C extends RequestCase> {
  readonly session: TableSession
  readonly name: C
  readonly msg_id: number
  readonly entity_id: string
  readonly body: RequestOf<C>

  constructor(session: TableSession, name: C, msg_id: number, entity_id: string, body: RequestOf<C>) {
    this.session = session
    this.name = name
    this.msg_id = msg_id
    this.entity_id = entity_id
    this.body = body
  }

  /** The table the request is about. Throws when there is none, or it may not be touched so. */
  table(verb: TableVerb): HostedTable {
    return tableOf(this.session, verb, this.entity_id)
  }

  /** The view the request is about. Throws when the session has none of that id, or may not read its table. */
  view(): HostedView {
    const view = this.session.findView(this.entity_id)
    if (view === undefined) throw new TablecastError('view-not-found', 'View not found')
    this.session.demand('read', view.source.name)
    return view
  }

  /** The same, with everything applied that is queued for its table. */
  currentView(): HostedView {
    const view = this.view()
    view.source.flush()
    return view
  }

  /**
   * Makes a long answer, of what is there when those before it are made, by turns with other work. Notifications wait
   * from then on, so that each is told after what the answer has of it.
   */
  byTurns<T>(make: () => Pieces<T>): Promise<T> {
    const { session } = this
    return session.host.longWork.make(function* () {
      session.demandOpen()
      session.holdNews()
      const pieces = make()
      for (let next = pieces.next(); ; next = pieces.next()) {
        if (next.done === true) return next.value
        yield next.value
        session.demandOpen()
      }
    })
  }

  /** Answers now, for a handler that has something to do after its answer. */
  readonly reply = (body: AnswerTo<C>): void => {
    // TypeScript cannot follow that a case and its value belong together; texts are for `Deliver` to look at.
    const client_resp = { case: this.name, value: body } as unknown as Response['client_resp']
    this.session.deliver({ msg_id: this.msg_id, entity_id: this.entity_id, client_resp })
  }
}

/**
 * Serves one kind of request. What it returns is the answer; undefined when there is none or it has given it itself.
 * What it throws is answered as an error.
 */
export type Handler<C extends RequestCase> = (call: Call<C>) => AnswerTo<C> | Promise<AnswerTo<C>> | undefined

/** A table by name. Throws when there is none, or the session may not touch it so. */
export function tableOf(session: TableSession, verb: TableVerb, name: string): HostedTable {
  session.demand(verb, name)
  const table = session.host.find(name)
  if (table === undefined) throw new TablecastError('table-not-found', "Couldn't find key.")
  return table
}
