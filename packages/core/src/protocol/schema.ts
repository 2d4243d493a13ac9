/**
 * A protobuf schema as plain data, and the TypeScript types that follow from it. The messages are declared once, in
 * `messages.ts`; their types, the codec and the fingerprint test all read that one declaration.
 */

/** An open enum: a peer may send any number, so decoded values have type `number`. */
export interface Enumeration {
  readonly enumeration: string
  readonly values: Readonly<Record<string, number>>
}

/** A message type: a name and its fields (or oneofs) by property name. */
export interface Message<F extends Fields = Fields> {
  readonly message: string
  readonly fields: F
}

export type Scalar = 'bool' | 'uint32' | 'uint64' | 'double' | 'string' | 'bytes'
export type FieldType = Scalar | Enumeration | Message
export type MapKey = 'string' | 'uint32'

/** Implicit presence: always there when decoded; left out of the bytes when it is the type's zero. */
export interface Singular<T extends FieldType = FieldType> {
  readonly kind: 'singular'
  readonly number: number
  readonly type: T
}
/** Explicit presence: absent unless sent, and sent even when it is the type's zero. */
export interface Optional<T extends FieldType = FieldType> {
  readonly kind: 'optional'
  readonly number: number
  readonly type: T
}
export interface Repeated<T extends FieldType = FieldType> {
  readonly kind: 'repeated'
  readonly number: number
  readonly type: T
}
export interface Mapped<K extends MapKey = MapKey, T extends FieldType = FieldType> {
  readonly kind: 'map'
  readonly number: number
  readonly key: K
  readonly type: T
}
/** At most one of its cases is set; the property holds `{ case, value }`. The last one on the wire wins. */
export interface Oneof<C extends Cases = Cases> {
  readonly kind: 'oneof'
  readonly cases: C
}
export type Cases = Readonly<Record<string, Singular>>
export type Field = Singular | Optional | Repeated | Mapped | Oneof
export type Fields = Readonly<Record<string, Field>>

export function enumeration(name: string, values: Readonly<Record<string, number>>): Enumeration {
  return { enumeration: name, values }
}
export function message<const F extends Fields>(name: string, fields: F): Message<F> {
  return { message: name, fields }
}
export function one<const T extends FieldType>(number: number, type: T): Singular<T> {
  return { kind: 'singular', number, type }
}
export function optional<const T extends FieldType>(number: number, type: T): Optional<T> {
  return { kind: 'optional', number, type }
}
export function repeated<const T extends FieldType>(number: number, type: T): Repeated<T> {
  return { kind: 'repeated', number, type }
}
export function map<K extends MapKey, const T extends FieldType>(number: number, key: K, type: T): Mapped<K, T> {
  return { kind: 'map', number, key, type }
}
export function oneof<const C extends Cases>(cases: C): Oneof<C> {
  return { kind: 'oneof', cases }
}

type TypeValue<T> = T extends 'bool'
  ? boolean
  : T extends 'string'
    ? string
    : T extends 'bytes'
      ? Uint8Array
      : T extends Scalar | Enumeration
        ? number
        : T extends Message<infer F>
          ? FieldValues<F>
          : never

type CaseValue<C extends Cases> = { [N in keyof C]: { case: N; value: TypeValue<C[N]['type']> } }[keyof C]

type FieldValue<F> =
  F extends Mapped<infer K, infer T>
    ? Map<K extends 'string' ? string : number, TypeValue<T>>
    : F extends Repeated<infer T>
      ? TypeValue<T>[]
      : F extends Oneof<infer C>
        ? CaseValue<C>
        : F extends Singular<infer T> | Optional<infer T>
          ? TypeValue<T>
          : never

type AbsentWhenUnset = Optional | Oneof | Singular<Message>

type FieldValues<F extends Fields> = {
  [N in keyof F as F[N] extends AbsentWhenUnset ? never : N]: FieldValue<F[N]>
} & { [N in keyof F as F[N] extends AbsentWhenUnset ? N : never]?: FieldValue<F[N]> | undefined }

/** The plain object that a message type describes. */
export type ValueOf<M extends Message> = M extends Message<infer F> ? FieldValues<F> : never
