import { refuse } from './handshake.js'

/** A path that matched, with what its `:names` stood for. */
export interface PathMatch<T> {
  readonly value: T
  readonly params: Readonly<Record<string, string>>
}

/**
 * Paths of endpoints: segments, `:name` for one segment, and a final `*` for the rest (any number of segments).
 * Written as Fastify writes them, so that one set of paths serves every host. A literal segment beats a name, a name
 * beats the rest.
 */
export class PathTable<T> {
  readonly #routes: { readonly segments: readonly string[]; readonly value: T }[] = []

  constructor(entries: Iterable<readonly [string, T]>) {
    for (const [path, value] of entries) {
      if (!path.startsWith('/')) throw new TypeError(`endpoint path "${path}" must start with "/"`)
      const segments = path.slice(1).split('/')
      if (segments.slice(0, -1).includes('*')) throw new TypeError(`endpoint path "${path}": "*" may only come last`)
      this.#routes.push({ segments, value })
    }
    this.#routes.sort((a, b) => compareSegments(a.segments, b.segments))
  }

  /**
   * @param path as on the wire: not decoded, no query.
   * @throws Refusal 400 when a parameter is not properly percent-encoded.
   */
  match(path: string): PathMatch<T> | undefined {
    const given = path.slice(1).split('/')
    for (const { segments, value } of this.#routes) {
      const params = matchSegments(segments, given)
      if (params !== undefined) return { value, params }
    }
    return undefined
  }
}

function matchSegments(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (let i = 0; i < wanted.length; i++) {
    const segment = wanted[i]!
    const value = given[i]
    if (value === undefined) return undefined
    if (segment === '*') {
      params['*'] = decode(given.slice(i).join('/'))
      return params
    }
    if (segment.startsWith(':')) {
      if (value === '') return undefined
      params[segment.slice(1)] = decode(value)
    } else if (segment !== value) return undefined
  }
  return wanted.length === given.length ? params : undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refuse(400, 'path is not properly percent-encoded')
  }
}

function rank(segment: string): number {
  return segment === '*' ? 2 : segment.startsWith(':') ? 1 : 0
}

/** More particular paths first. */
function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = rank(a[i]!) - rank(b[i]!)
    if (difference !== 0) return difference
  }
  return b.length - a.length
}
