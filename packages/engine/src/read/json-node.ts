import type { JsonScanner, ScalarSink } from './json-scanner.js'

/** What the reference says of JSON that is no table. */
export const NO_NAMES = 'Cannot determine data types without column names!\n'

/** Deeper than any table; the walk through it is recursive. */
const MAX_DEPTH = 256

/** A number as it was written: JSON's text tells integers from floats, JavaScript's numbers do not. */
export class JsonNumber {
  readonly value: number
  readonly integer: boolean
  readonly exact: bigint | null

  constructor(value: number, integer: boolean, exact: bigint | null) {
    this.value = value
    this.integer = integer
    this.exact = exact
  }
}

/** An object with its members in order, doubles included. */
export class JsonObject {
  readonly members: readonly (readonly [string, JsonNode])[]

  constructor(members: readonly (readonly [string, JsonNode])[]) {
    this.members = members
  }
}

export type JsonNode = null | boolean | string | JsonNumber | JsonObject | JsonNode[]

/** The value that comes next. */
export function parseNode(scanner: JsonScanner, depth = 0): JsonNode {
  if (depth > MAX_DEPTH) throw scanner.malformed(`expected at most ${MAX_DEPTH} levels`)
  if (scanner.takeArray()) {
    const elements: JsonNode[] = []
    if (scanner.takeArrayEnd()) return elements
    do elements.push(parseNode(scanner, depth + 1))
    while (scanner.takeComma())
    if (!scanner.takeArrayEnd()) throw scanner.malformed('expected "," or "]"')
    return elements
  }
  if (scanner.takeObject()) {
    const members: [string, JsonNode][] = []
    if (scanner.takeObjectEnd()) return new JsonObject(members)
    do {
      const name = scanner.string()
      scanner.expectColon()
      members.push([name, parseNode(scanner, depth + 1)])
    } while (scanner.takeComma())
    if (!scanner.takeObjectEnd()) throw scanner.malformed('expected "," or "}"')
    return new JsonObject(members)
  }
  scanner.scalar(sink, 0)
  return sink.node
}

/** The number that the reference's errors give to a kind of value. */
export function nodeKind(node: JsonNode): number {
  if (node === null) return 0
  if (typeof node === 'boolean') return node ? 2 : 1
  if (typeof node === 'string') return 5
  if (node instanceof JsonNumber) return 6
  return Array.isArray(node) ? 4 : 3
}

/** Takes the scalar that the scanner finds. */
class NodeSink implements ScalarSink {
  node: JsonNode = null

  putNull(): void {
    this.node = null
  }

  putNumber(_row: number, value: number, integer: boolean, exact: bigint | null = null): void {
    this.node = new JsonNumber(value, integer, exact)
  }

  putBoolean(_row: number, value: boolean): void {
    this.node = value
  }

  putSlice(_row: number, source: JsonScanner, from: number, to: number): void {
    this.node = source.slice(from, to)
  }

  putText(_row: number, text: string): void {
    this.node = text
  }
}

const sink = new NodeSink()
