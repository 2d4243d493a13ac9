import { createHash, timingSafeEqual } from 'node:crypto'
import type { Face } from '@tablecast/gateway'
import type { Address } from './history.js'
import type { PushHub } from './hub.js'
import { KeyReused } from './idempotency.js'
import type { Json } from './protocol.js'
import { InvalidPush, type Push } from './push.js'

/** Who may use the HTTP face. One of `token` and `authorize` is needed. */
export interface PushRoutesOptions {
  /** What the paths begin with, such as `/api`. Default ''. */
  readonly prefix?: string
  /** Asked for as `Authorization: Bearer TOKEN`; at least 16 characters. */
  readonly token?: string
  /** Says whether a request may push: false answers 403, a response answers as it says. Called before anything is done. */
  readonly authorize?: (request: Request) => boolean | Response | Promise<boolean | Response>
}

/** The most messages of one `POST /push`. */
const batchSize = 1000

/** The most sessions one answer lists. */
const listSize = 1000

/** An answer that is no success. */
class Problem extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface Call {
  readonly hub: PushHub
  readonly request: Request
  readonly query: URLSearchParams
  readonly toAll: boolean
}

type Action = (call: Call) => unknown

const actions: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  '/push': { GET: pushFromQuery, POST: pushFromBody },
  '/pushtoall': { GET: pushFromQuery, POST: pushFromBody },
  '/sessions': { GET: list, DELETE: disconnect },
  '/receipts': { GET: receipts },
}

/**
 * The HTTP face of a hub, for the gateway's `routes`: `routes: { ...pushRoutes(hub, { token }) }`.
 *
 * - `GET /push?userid&compid&message`, `GET /pushtoall?message`
 * - `POST /push`, `POST /pushtoall` with JSON: a `Push`, or a list of them; the key may come as `Idempotency-Key`
 * - `GET /sessions?userid&compid`, `DELETE /sessions?userid&compid&session`
 * - `GET /receipts?id`
 *
 * Answers are JSON. Requests that a browser sends for another site are refused (403), so that `authorize` may go by
 * cookies.
 *
 * @throws TypeError when neither a token nor `authorize` guards it, or the token is too short.
 */
export function pushRoutes(hub: PushHub, options: PushRoutesOptions): Record<string, Face> {
  const { prefix = '', token, authorize } = options
  if (token === undefined && authorize === undefined) {
    throw new TypeError('the HTTP face can push to everybody: give it a token or authorize')
  }
  if (token !== undefined && token.length < 16) throw new TypeError('the token must have at least 16 characters')
  const routes: Record<string, Face> = {}
  for (const [path, methods] of Object.entries(actions)) {
    const toAll = path === '/pushtoall'
    const allow = Object.keys(methods).join(', ')
    routes[`${prefix}${path}`] = async (request) => {
      try {
        const refused = await refusalOf(request, options)
        if (refused !== undefined) return refused
        const action = methods[request.method]
        if (action === undefined) return answer(405, { error: `use ${allow}` }, { allow })
        return answer(200, await action({ hub, request, query: new URL(request.url).searchParams, toAll }))
      } catch (error) {
        return answerTo(error)
      }
    }
  }
  return routes
}

async function refusalOf(request: Request, { token, authorize }: PushRoutesOptions): Promise<Response | undefined> {
  if (isFromAnotherSite(request)) return answer(403, { error: 'not from another site' })
  if (token !== undefined) {
    const [, given = ''] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (!timingSafeEqual(hash(given), hash(token))) {
      return answer(401, { error: 'a token is needed' }, { 'www-authenticate': 'Bearer' })
    }
  }
  const allowed = (await authorize?.(request)) ?? true
  if (allowed instanceof Response) return allowed
  return allowed ? undefined : answer(403, { error: 'not allowed' })
}

function isFromAnotherSite({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  const origin = headers.get('origin')
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== new URL(url).host)
}

function pushFromQuery({ hub, request, query, toAll }: Call): unknown {
  const data = query.get('message')
  if (data === null) throw new Problem(400, 'message is missing')
  const address = addressOf(query)
  checkAddress(address.userid, toAll)
  return hub.push({ ...address, data, ...keyOf(request) })
}

async function pushFromBody({ hub, request, toAll }: Call): Promise<unknown> {
  const body = await readJson(request)
  if (!Array.isArray(body)) return hub.push({ ...toPush(body, toAll), ...keyOf(request) })
  if (body.length > batchSize) throw new Problem(400, `a batch has ${batchSize} messages at most`)
  if (request.headers.has('idempotency-key')) throw new Problem(400, 'each message of a batch has its own key')
  return hub.pushAll(body.map((item) => toPush(item, toAll)))
}

function list({ hub, query }: Call): unknown {
  const sessions = []
  let total = 0
  for (const { id, userid, compid, since, remoteAddress } of hub.sessions(addressOf(query))) {
    if (total++ < listSize) sessions.push({ id, userid, compid, since, remoteAddress })
  }
  return { total, sessions }
}

function disconnect({ hub, query }: Call): unknown {
  const address = addressOf(query)
  if (address.userid === undefined) throw new Problem(400, 'userid is missing')
  return { disconnected: hub.disconnect(address, query.get('session') ?? undefined) }
}

function receipts({ hub, query }: Call): unknown {
  const id = query.get('id')
  if (id === null) throw new Problem(400, 'id is missing')
  const given = hub.receipts(id)
  if (given === undefined) throw new Problem(404, 'no receipts of this message')
  return { id, receipts: given }
}

function addressOf(query: URLSearchParams): Address {
  return { userid: query.get('userid') ?? undefined, compid: query.get('compid') ?? undefined }
}

function keyOf(request: Request): { key?: string } {
  const key = request.headers.get('idempotency-key')
  return key === null ? {} : { key }
}

/** A forgotten `userid` must not make a push to one a push to all. */
function checkAddress(userid: unknown, toAll: boolean): void {
  if (toAll && userid !== undefined) throw new Problem(400, 'pushtoall takes no userid; use push')
  if (!toAll && userid === undefined) throw new Problem(400, 'userid is missing; to push to everybody use pushtoall')
}

const known = new Set(['userid', 'compid', 'message', 'data', 'ttl', 'key', 'exclude', 'receipt'])

/** One message of a body. `message` is the seed's word for `data`. The hub checks the values. */
function toPush(body: unknown, toAll: boolean): Push {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Problem(400, 'a message is a JSON object')
  const fields = body as Record<string, Json | undefined>
  const unknown = Object.keys(fields).find((name) => !known.has(name))
  if (unknown !== undefined) throw new Problem(400, `unknown "${unknown}"; known: ${[...known].join(', ')}`)
  const { message, data = message, ...push } = fields
  if (data === undefined) throw new Problem(400, 'data is missing')
  checkAddress(push['userid'], toAll)
  return { ...push, data }
}

async function readJson(request: Request): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem(415, 'send JSON, with content-type: application/json')
  }
  try {
    return await request.json()
  } catch {
    throw new Problem(400, 'the body is not JSON')
  }
}

function answerTo(error: unknown): Response {
  if (error instanceof Problem) return answer(error.status, { error: error.message })
  if (error instanceof KeyReused) return answer(422, { error: error.message })
  if (error instanceof InvalidPush) return answer(400, { error: error.message })
  throw error
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
