/** The events every `Subscribable` has; add your own. */
export interface SubscriptionEvents<S> {
  subscribe: [subscriber: S]
  unsubscribe: [subscriber: S]
}

type Listener<A extends unknown[]> = (...args: A) => void

/**
 * Something that can be subscribed to, such as a chat room, and the events that happen there. Most often the
 * subscribers are socket ids.
 *
 * @typeParam S what subscribes; compared by identity.
 * @typeParam E further events: `{ message: [text: string, from: number] }`.
 */
export class Subscribable<S, E extends { [K in keyof E]: unknown[] } = Record<never, never>> {
  /** Each subscriber, and whether it came silently. */
  readonly #subscribers = new Map<S, boolean>()
  readonly #listeners = new Map<PropertyKey, Set<Listener<unknown[]>>>()

  /** How many have subscribed, the silent ones included. */
  get count(): number {
    return this.#subscribers.size
  }

  has(subscriber: S): boolean {
    return this.#subscribers.has(subscriber)
  }

  [Symbol.iterator](): Iterator<S> {
    return this.#subscribers.keys()
  }

  /** Adds a subscriber and emits `subscribe`. @returns false when it was there already; then nothing is emitted. */
  subscribe(subscriber: S): boolean {
    return this.#add(subscriber, false)
  }

  /** Adds a subscriber whose coming and going emits nothing. @returns false when it was there already. */
  subscribeSilently(subscriber: S): boolean {
    return this.#add(subscriber, true)
  }

  /** Takes a subscriber out and emits `unsubscribe`, unless it came silently. @returns false when it was not there. */
  unsubscribe(subscriber: S): boolean {
    const silent = this.#subscribers.get(subscriber)
    if (silent === undefined) return false
    this.#subscribers.delete(subscriber)
    if (!silent) this.#tell('unsubscribe', [subscriber])
    return true
  }

  /** Calls the listener at each event of this name, in the order the listeners were added. @returns stops that. */
  on<K extends keyof (SubscriptionEvents<S> & E)>(
    event: K,
    listener: Listener<(SubscriptionEvents<S> & E)[K] & unknown[]>,
  ): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners)
    // Kept under its event's name, a listener is only ever called with that event's arguments.
    const kept = listener as unknown as Listener<unknown[]>
    listeners.add(kept)
    return () => void listeners.delete(kept)
  }

  /** Makes an event of your own happen. What a listener throws comes out here. */
  emit<K extends keyof E>(event: K, ...args: E[K]): void {
    this.#tell(event, args)
  }

  #add(subscriber: S, silent: boolean): boolean {
    if (this.#subscribers.has(subscriber)) return false
    this.#subscribers.set(subscriber, silent)
    if (!silent) this.#tell('subscribe', [subscriber])
    return true
  }

  #tell(event: PropertyKey, args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args)
  }
}
