import type { Metrics } from '@tablecast/gateway'

/** Metrics whose readings can be asked for by name; several sources of a name add up. */
export class Readings implements Metrics {
  readonly #reads = new Map<string, (() => number)[]>()

  get(name: string): number {
    const reads = this.#reads.get(name)
    if (reads === undefined) throw new Error(`nothing is called "${name}"`)
    return reads.reduce((sum, read) => sum + read(), 0)
  }

  counter(...[name, , read]: Parameters<Metrics['counter']>): void {
    this.#add(name, read)
  }

  gauge(...[name, , read]: Parameters<Metrics['gauge']>): void {
    this.#add(name, read)
  }

  histogram(): () => void {
    return () => {}
  }

  #add(name: string, read: Parameters<Metrics['counter']>[2]): void {
    const number = () => {
      const reading = read()
      return typeof reading === 'number' ? reading : [...reading.values()].reduce((a, b) => a + b, 0)
    }
    this.#reads.set(name, [...(this.#reads.get(name) ?? []), number])
  }
}
