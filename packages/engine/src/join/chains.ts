const NONE = -1

/** Lists of small integers, each of which is in at most one list. Putting in and taking out cost the same for any length. */
export class Chains {
  #heads = new Int32Array(0)
  #next = new Int32Array(0)
  #previous = new Int32Array(0)

  /** The first item of a list, or -1. */
  first(list: number): number {
    return list < this.#heads.length ? this.#heads[list]! : NONE
  }

  /** The item after one that is in a list, or -1. */
  after(item: number): number {
    return this.#next[item]!
  }

  /** Puts an item that is in no list at the front of one. */
  add(list: number, item: number): void {
    if (list >= this.#heads.length) this.#heads = grown(this.#heads, list)
    if (item >= this.#next.length) {
      this.#next = grown(this.#next, item)
      this.#previous = grown(this.#previous, item)
    }
    const head = this.#heads[list]!
    this.#next[item] = head
    this.#previous[item] = NONE
    if (head !== NONE) this.#previous[head] = item
    this.#heads[list] = item
  }

  /** Takes an item out of the list it is in. */
  remove(list: number, item: number): void {
    const next = this.#next[item]!
    const previous = this.#previous[item]!
    if (previous === NONE) this.#heads[list] = next
    else this.#next[previous] = next
    if (next !== NONE) this.#previous[next] = previous
  }

  /** The items of a list. */
  items(list: number): number[] {
    const items: number[] = []
    for (let item = this.first(list); item !== NONE; item = this.#next[item]!) items.push(item)
    return items
  }

  clear(): void {
    this.#heads.fill(NONE)
  }
}

/** Room for `index`, new places -1. */
export function grown(array: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(Math.max(index + 1, array.length * 2, 16)).fill(NONE, array.length)
  out.set(array)
  return out
}
