/** What one side of a link says to the other. */
export interface Item {
  readonly kind: number
  /** The session it is about. */
  readonly session: number
  /** Two numbers whose meaning is the kind's. */
  readonly a: number
  readonly b: number
  /** Small bytes, of the session's own. */
  readonly head: Uint8Array
  /** Large ones, which items of one batch may share. */
  readonly body: Uint8Array | undefined
  /** Anything that can be cloned. */
  readonly value: unknown
}

/** Many items in one message: numbers and small bytes are packed into two buffers, so that nothing is cloned per item. */
export interface Batch {
  /** `FIELDS` numbers per item. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly heads: Uint8Array<ArrayBuffer>
  readonly bodies: readonly Uint8Array[]
  readonly values: readonly unknown[]
  /** What it counts for in the window of the link. */
  readonly weight: number
}

/** kind, session, a, b, length of the head, and the places of body and value, from 1. */
const FIELDS = 7

/** What an item weighs beside its bytes. Delivering one costs about as much time as a few hundred bytes do. */
const ITEM_WEIGHT = 512

/** Collects items for the next message. */
export class BatchWriter {
  #numbers: number[] = []
  #heads = new Uint8Array(4096)
  #headsLength = 0
  #bodies: Uint8Array<ArrayBuffer>[] = []
  readonly #places = new Map<Uint8Array, number>()
  #values: unknown[] = []
  #weight = 0

  get isEmpty(): boolean {
    return this.#numbers.length === 0
  }

  /** What the next message will weigh. */
  get weight(): number {
    return this.#weight
  }

  /** @param body copied once however many items share it, since whoever made it may keep it for later answers. */
  add(kind: number, session: number, a = 0, b = 0, head?: Uint8Array, body?: Uint8Array, value?: unknown): void {
    const length = head?.length ?? 0
    if (head !== undefined) this.#addHead(head)
    const bodyPlace = body === undefined ? 0 : this.#placeOf(body)
    const valuePlace = value === undefined ? 0 : this.#values.push(value)
    this.#numbers.push(kind, session, a, b, length, bodyPlace, valuePlace)
    this.#weight += ITEM_WEIGHT + length
  }

  /** The collected items as a message, with what it transfers. Begins anew. */
  take(): { batch: Batch; transfer: ArrayBuffer[] } {
    const numbers = new Float64Array(this.#numbers)
    const heads = this.#heads.slice(0, this.#headsLength)
    const bodies = this.#bodies
    const batch = { numbers, heads, bodies, values: this.#values, weight: this.#weight }
    this.#numbers = []
    this.#headsLength = 0
    this.#bodies = []
    this.#places.clear()
    this.#values = []
    this.#weight = 0
    return { batch, transfer: [numbers.buffer, heads.buffer, ...bodies.map(({ buffer }) => buffer)] }
  }

  #addHead(head: Uint8Array): void {
    const end = this.#headsLength + head.length
    if (end > this.#heads.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#heads.length))
      larger.set(this.#heads.subarray(0, this.#headsLength))
      this.#heads = larger
    }
    this.#heads.set(head, this.#headsLength)
    this.#headsLength = end
  }

  #placeOf(body: Uint8Array): number {
    let place = this.#places.get(body)
    if (place === undefined) {
      place = this.#bodies.push(new Uint8Array(body))
      this.#places.set(body, place)
      this.#weight += body.length
    }
    return place
  }
}

/**
 * The items of a message, in order. Heads are copies: one that waits in a socket must not keep those of all others.
 * Bodies are the same object for those who share it.
 */
export function* itemsOf({ numbers, heads, bodies, values }: Batch): Generator<Item> {
  let from = 0
  for (let i = 0; i < numbers.length; i += FIELDS) {
    const end = from + numbers[i + 4]!
    yield {
      kind: numbers[i]!,
      session: numbers[i + 1]!,
      a: numbers[i + 2]!,
      b: numbers[i + 3]!,
      head: heads.slice(from, end),
      body: bodies[numbers[i + 5]! - 1],
      value: values[numbers[i + 6]! - 1],
    }
    from = end
  }
}
