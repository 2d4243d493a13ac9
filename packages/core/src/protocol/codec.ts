import { BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { FieldType, MapKey, Message } from './schema.js'

/**
 * Sub-messages and map entries that one frame may hold. An empty one costs two bytes on the wire and a hundred times
 * that in memory, so the frame's own size is no bound; the largest honest frames (an `in` filter, a wide schema) hold
 * tens of thousands.
 */
const MAX_PARTS = 1 << 18

/** A message's plain object, seen without its type: this file trusts the schema, its callers restore the type. */
export type Values = Record<string, unknown>

/** One field as the codec wants it: a case of a oneof is a field that shares its property with the other cases. */
interface Step {
  readonly number: number
  readonly property: string
  readonly kind: 'singular' | 'optional' | 'repeated' | 'map' | 'case'
  readonly type: FieldType
  readonly wireType: WireType
  readonly key: MapKey
  readonly name: string
  readonly zero: unknown
}

/** To be written for a property: its field, or the field of whichever case is set. */
type Output = Step | { readonly kind: 'oneof'; readonly property: string; readonly cases: ReadonlyMap<string, Step> }

interface Plan {
  readonly steps: readonly Step[]
  readonly byNumber: ReadonlyMap<number, Step>
  /** In field-number order, the order in which every peer writes. No message has a field between two of a oneof. */
  readonly outputs: readonly Output[]
}

const plans = new WeakMap<Message, Plan>()

function planOf(message: Message): Plan {
  let plan = plans.get(message)
  if (plan === undefined) {
    const outputs: [number, Output][] = []
    const steps: Step[] = []
    for (const [property, field] of Object.entries(message.fields)) {
      if (field.kind === 'oneof') {
        const cases = Object.entries(field.cases).map(([name, { number, type }]) =>
          stepOf(number, property, 'case', type, name),
        )
        steps.push(...cases)
        outputs.push([
          cases[0]!.number,
          { kind: 'oneof', property, cases: new Map(cases.map((each) => [each.name, each])) },
        ])
      } else {
        const key = field.kind === 'map' ? field.key : 'string'
        const step = stepOf(field.number, property, field.kind, field.type, '', key)
        steps.push(step)
        outputs.push([field.number, step])
      }
    }
    outputs.sort(([a], [b]) => a - b)
    plan = {
      steps,
      byNumber: new Map(steps.map((each) => [each.number, each])),
      outputs: outputs.map(([, each]) => each),
    }
    plans.set(message, plan)
  }
  return plan
}

function stepOf(
  number: number,
  property: string,
  kind: Step['kind'],
  type: FieldType,
  name: string,
  key: MapKey = 'string',
): Step {
  return { number, property, kind, type, wireType: wireTypeOf(type), key, name, zero: zeroOf(type) }
}

function zeroOf(type: FieldType): unknown {
  switch (type) {
    case 'bool':
      return false
    case 'string':
      return ''
    case 'bytes':
      return new Uint8Array(0)
    case 'uint32':
    case 'uint64':
    case 'double':
      return 0
    default:
      return 'message' in type ? undefined : 0
  }
}

function wireTypeOf(type: FieldType): WireType {
  if (typeof type === 'object') return 'message' in type ? WireType.LengthDelimited : WireType.Varint
  if (type === 'string' || type === 'bytes') return WireType.LengthDelimited
  return type === 'double' ? WireType.Bit64 : WireType.Varint
}

// Encoding

/** Appends the fields of a message to a writer, without any length prefix. */
export function writeFields(writer: BinaryWriter, message: Message, values: Values): void {
  for (const each of planOf(message).outputs) {
    const value = values[each.property]
    if (value === undefined) continue
    switch (each.kind) {
      case 'oneof': {
        const set = value as { case: string; value: unknown }
        const found = each.cases.get(set.case)
        if (found === undefined) throw new TypeError(`${message.message}.${each.property} has no case "${set.case}"`)
        writeTagged(writer, found.number, found.type, set.value)
        break
      }
      case 'singular':
        if (!isZero(each.type, value)) writeTagged(writer, each.number, each.type, value)
        break
      case 'optional':
      case 'case':
        writeTagged(writer, each.number, each.type, value)
        break
      case 'repeated':
        writeRepeated(writer, each, value as unknown[])
        break
      case 'map':
        for (const [key, item] of value as Map<unknown, unknown>) {
          // Both halves always, as the engine does; a Perspective client leaves zeros out. Every peer reads either.
          writer.tag(each.number, WireType.LengthDelimited).fork()
          writeTagged(writer, 1, each.key, key)
          writeTagged(writer, 2, each.type, item)
          writer.join()
        }
    }
  }
}

function isZero(type: FieldType, value: unknown): boolean {
  if (type === 'bytes') return (value as Uint8Array).length === 0
  // Minus zero has bits to send.
  return value === 0 ? !Object.is(value, -0) : value === false || value === ''
}

function writeRepeated(writer: BinaryWriter, { number, type, wireType }: Step, items: readonly unknown[]): void {
  if (wireType === WireType.LengthDelimited) {
    for (const item of items) writeTagged(writer, number, type, item)
  } else if (items.length > 0) {
    writer.tag(number, WireType.LengthDelimited).fork()
    for (const item of items) writeValue(writer, type, item)
    writer.join()
  }
}

function writeTagged(writer: BinaryWriter, number: number, type: FieldType, value: unknown): void {
  writeValue(writer.tag(number, wireTypeOf(type)), type, value)
}

function writeValue(writer: BinaryWriter, type: FieldType, value: unknown): void {
  switch (type) {
    case 'bool':
      writer.bool(value as boolean)
      break
    case 'uint32':
      writer.uint32(value as number)
      break
    case 'uint64':
      writer.uint64(value as number)
      break
    case 'double':
      writer.double(value as number)
      break
    case 'string':
      writer.string(value as string)
      break
    case 'bytes':
      writer.bytes(value as Uint8Array)
      break
    default:
      if ('message' in type) {
        writer.fork()
        writeFields(writer, type, value as Values)
        writer.join()
      } else {
        writer.int32(value as number)
      }
  }
}

// Decoding

/**
 * Reads a message into `target`, field by field in the order of the bytes: when it throws, `target` holds what came
 * before the fault. Unknown fields are skipped. Bytes fields are views on `bytes`, not copies.
 */
export function readMessage(bytes: Uint8Array, message: Message, target: Values): void {
  const reader = new BinaryReader(bytes)
  setZeros(planOf(message), target)
  readFields(reader, reader.len, message, target, { left: MAX_PARTS })
}

interface Budget {
  left: number
}

function setZeros({ steps }: Plan, target: Values): void {
  for (const { kind, property, zero } of steps) {
    if (kind === 'repeated') target[property] = []
    else if (kind === 'map') target[property] = new Map()
    else if (kind === 'singular' && zero !== undefined) target[property] = zero
  }
}

function readFields(reader: BinaryReader, end: number, message: Message, target: Values, budget: Budget): void {
  const { byNumber } = planOf(message)
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    const found = byNumber.get(number)
    // A field with another wire type than declared is one we do not know.
    if (found === undefined || !readField(reader, wireType, found, target, budget)) reader.skip(wireType, number)
  }
  if (reader.pos > end) throw new RangeError(`a field of ${message.message} runs past its end`)
}

function readField(reader: BinaryReader, wireType: WireType, found: Step, target: Values, budget: Budget): boolean {
  const { kind, property, type, name } = found
  if (kind === 'map') {
    if (wireType !== WireType.LengthDelimited) return false
    readEntry(reader, found, target[property] as Map<unknown, unknown>, budget)
    return true
  }
  if (wireType !== found.wireType) {
    if (kind !== 'repeated' || wireType !== WireType.LengthDelimited) return false
    const items = target[property] as unknown[]
    const end = lengthPrefixed(reader)
    while (reader.pos < end) items.push(readValue(reader, type, undefined, budget))
    return true
  }
  if (kind === 'repeated') {
    const items = target[property] as unknown[]
    items.push(readValue(reader, type, undefined, budget))
  } else if (kind === 'case') {
    const set = target[property] as { case: string; value: unknown } | undefined
    const previous = set?.case === name ? set.value : undefined
    target[property] = { case: name, value: readValue(reader, type, previous, budget) }
  } else {
    target[property] = readValue(reader, type, target[property], budget)
  }
  return true
}

function readEntry(reader: BinaryReader, { key, type }: Step, into: Map<unknown, unknown>, budget: Budget): void {
  const entry: Values = {}
  const end = spend(reader, budget)
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    if (number === 1 && wireType === wireTypeOf(key)) entry['key'] = readValue(reader, key, undefined, budget)
    else if (number === 2 && wireType === wireTypeOf(type))
      entry['value'] = readValue(reader, type, entry['value'], budget)
    else reader.skip(wireType, number)
  }
  if (reader.pos > end) throw new RangeError('a map entry runs past its end')
  into.set(entry['key'] ?? zeroOf(key), entry['value'] ?? emptyValue(type))
}

function emptyValue(type: FieldType): unknown {
  if (typeof type !== 'object' || 'enumeration' in type) return zeroOf(type)
  const value: Values = {}
  setZeros(planOf(type), value)
  return value
}

/** `previous`: a message that occurs again is merged into what its first occurrence gave. */
function readValue(reader: BinaryReader, type: FieldType, previous: unknown, budget: Budget): unknown {
  switch (type) {
    case 'bool':
      return reader.bool()
    case 'uint32':
      return reader.uint32()
    case 'uint64':
      return Number(reader.uint64())
    case 'double':
      return reader.double()
    case 'string':
      return reader.string(true)
    case 'bytes':
      return reader.bytes()
    default: {
      if ('enumeration' in type) return reader.int32()
      const end = spend(reader, budget)
      const value = previous ?? emptyValue(type)
      readFields(reader, end, type, value as Values, budget)
      return value
    }
  }
}

function spend(reader: BinaryReader, budget: Budget): number {
  if (--budget.left < 0) throw new RangeError(`more than ${MAX_PARTS} parts in one frame`)
  return lengthPrefixed(reader)
}

/** The end of the length-prefixed bytes that start here; they must be there. */
function lengthPrefixed(reader: BinaryReader): number {
  const end = reader.uint32() + reader.pos
  if (end > reader.len) throw new RangeError('premature end')
  return end
}
