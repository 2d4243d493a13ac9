import { BinaryReader } from '@bufbuild/protobuf/wire'
import { Enum } from '../protocol/enums.js'
import { decodeRequest } from '../protocol/frames.js'
import {
  type RequestCase,
  RequestMessage,
  type Response,
  type ResponseCase,
  ResponseMessage,
} from '../protocol/messages.js'
import type { Cases } from '../protocol/schema.js'

/** The largest request that is kept, in bytes. */
const LARGEST = 64 * 1024

interface RememberedView {
  readonly make: Uint8Array
  depth: Uint8Array | undefined
  /** Rows were opened or closed by their place, which says nothing about other rows. */
  isTouched: boolean
  /** Subscriptions by `msg_id`. */
  readonly subscriptions: Map<number, { readonly frame: Uint8Array; readonly kind: RequestCase; exact: boolean }>
}

/** Requests that change what is everybody's: they may have been carried out, so they are not made again. */
const CHANGES: ReadonlySet<RequestCase | undefined> = new Set([
  'MakeTable',
  'MakeJoinTable',
  'TableMakePort',
  'TableUpdate',
  'TableRemove',
  'TableReplace',
  'TableDelete',
] as const)

/**
 * What a session has set up on its engine, as the requests that did it, so that it can be set up on the next one. That
 * is enough for a client that reads anew whenever it is told of a change, as a viewer does.
 */
export class SessionMemory {
  readonly #views = new Map<string, RememberedView>()
  /** Subscriptions to tables and to the list of them, by `msg_id`. */
  readonly #subscriptions = new Map<number, { readonly frame: Uint8Array; readonly isList: boolean }>()
  /** Not all of it can be set up again. */
  #isPartial = false

  /** Whether setting it up again is all there is to it: not where a client lives on every single change, or made a table. */
  get isEnough(): boolean {
    if (this.#isPartial) return false
    for (const { isTouched, subscriptions } of this.#views.values()) {
      if (isTouched) return false
      for (const { exact } of subscriptions.values()) if (exact) return false
    }
    return true
  }

  /** Takes a request that has succeeded. */
  note(frame: Uint8Array): void {
    const name = requestCase(frame)
    const isLargeView = name === 'TableMakeView' && frame.length > LARGEST
    if (name === 'MakeTable' || name === 'MakeJoinTable' || isLargeView) this.#isPartial = true
    if (name === undefined || !STATEFUL.has(name) || isLargeView) return
    const { msg_id, entity_id, client_req } = decodeRequest(frame)
    const view = this.#views.get(entity_id)
    switch (client_req?.case) {
      case 'TableMakeView': {
        const { view_id } = client_req.value
        if (this.#views.has(view_id)) break
        this.#views.set(view_id, { make: frame.slice(), depth: undefined, isTouched: false, subscriptions: new Map() })
        break
      }
      case 'ViewDelete':
        this.#views.delete(entity_id)
        break
      case 'ViewSetDepth':
        if (view !== undefined) view.depth = frame.slice()
        break
      case 'ViewExpand':
      case 'ViewCollapse':
        if (view !== undefined) view.isTouched = true
        break
      case 'ViewOnUpdate':
      case 'ViewOnRemove':
      case 'ViewOnDelete': {
        const exact =
          client_req.case === 'ViewOnRemove' ||
          (client_req.case === 'ViewOnUpdate' && client_req.value.mode === Enum.Mode.ROW)
        view?.subscriptions.set(msg_id, { frame: frame.slice(), kind: client_req.case, exact })
        break
      }
      case 'ViewRemoveOnUpdate':
      case 'ViewRemoveOnRemove':
      case 'ViewRemoveDelete':
        view?.subscriptions.delete(client_req.value.id)
        break
      case 'GetHostedTables':
        if (client_req.value.subscribe) this.#subscriptions.set(msg_id, { frame: frame.slice(), isList: true })
        break
      case 'TableOnDelete':
        this.#subscriptions.set(msg_id, { frame: frame.slice(), isList: false })
        break
      case 'RemoveHostedTablesUpdate':
      case 'TableRemoveDelete':
        this.#subscriptions.delete(client_req.value.id)
        break
    }
  }

  /** The requests that set everything up. */
  *requests(): Generator<Uint8Array> {
    for (const { frame } of this.#subscriptions.values()) yield frame
    for (const { make, depth, subscriptions } of this.#views.values()) {
      yield make
      if (depth !== undefined) yield depth
      for (const { frame } of subscriptions.values()) yield frame
    }
  }

  /** What makes the client read everything anew: a notification of a change for each of its subscriptions. */
  *notices(): Generator<Response> {
    for (const [msg_id, { isList }] of this.#subscriptions) if (isList) yield { msg_id, entity_id: '' }
    for (const [entity_id, { subscriptions }] of this.#views) {
      for (const [msg_id, { kind }] of subscriptions) {
        if (kind !== 'ViewOnUpdate') continue
        yield { msg_id, entity_id, client_resp: { case: kind, value: { port_id: 0, delta: undefined } } }
      }
    }
  }
}

/** Requests that a memory is made of. */
const STATEFUL: ReadonlySet<RequestCase> = new Set([
  'TableMakeView',
  'ViewDelete',
  'ViewSetDepth',
  'ViewExpand',
  'ViewCollapse',
  'ViewOnUpdate',
  'ViewOnRemove',
  'ViewOnDelete',
  'ViewRemoveOnUpdate',
  'ViewRemoveOnRemove',
  'ViewRemoveDelete',
  'GetHostedTables',
  'TableOnDelete',
  'RemoveHostedTablesUpdate',
  'TableRemoveDelete',
])

/** Whether a request that got no answer may be made again. */
export function isRepeatable(frame: Uint8Array): boolean {
  return !CHANGES.has(requestCase(frame))
}

const requestCases = byNumber<RequestCase>(RequestMessage.fields.client_req.cases)
const responseCases = byNumber<ResponseCase>(ResponseMessage.fields.client_resp.cases)

/** What a request asks, found out without reading its data; undefined when it is none. */
export function requestCase(frame: Uint8Array): RequestCase | undefined {
  return caseOf(frame, requestCases)
}

/** What a response, or its head, answers. */
export function responseCase(head: Uint8Array): ResponseCase | undefined {
  return caseOf(head, responseCases)
}

function byNumber<C extends string>(cases: Cases): ReadonlyMap<number, C> {
  return new Map(Object.entries(cases).map(([name, { number }]) => [number, name as C]))
}

/** The case comes last in what clients and this server write, and `msg_id` and `entity_id` are short. */
function caseOf<C>(bytes: Uint8Array, cases: ReadonlyMap<number, C>): C | undefined {
  try {
    const reader = new BinaryReader(bytes)
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag()
      const found = cases.get(number)
      if (found !== undefined) return found
      reader.skip(type)
    }
  } catch {
    // Not a message at all.
  }
  return undefined
}
