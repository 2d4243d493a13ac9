import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics, Reading } from './metrics.js'

/** Metrics for Prometheus, and the page it scrapes. */
export interface Prometheus extends Metrics {
  /** The text page, as an HTTP face: `routes: { '/metrics': metrics.face }`. */
  face(): Promise<Response>
}

/**
 * Metrics in Prometheus' text format. Give it to the gateway and mount its face:
 * `const metrics = prometheus(); tablecast({ metrics, routes: { '/metrics': metrics.face }, ... })`.
 *
 * @param registry where to register; default: one of its own. Give the application's to have everything on one page.
 */
export function prometheus(registry: Registry = new Registry()): Prometheus {
  const sources = new Map<string, (() => Reading)[]>()
  const histograms = new Map<string, Histogram>()

  /** Adds a source; true when the name is new and its metric has to be made. */
  function add(name: string, read: () => Reading): (() => Reading)[] | undefined {
    const existing = sources.get(name)
    if (existing !== undefined) {
      existing.push(read)
      return undefined
    }
    const reads = [read]
    sources.set(name, reads)
    return reads
  }

  function register(
    kind: typeof Counter | typeof Gauge,
    name: string,
    help: string,
    read: () => Reading,
    label = '',
  ): void {
    const reads = add(name, read)
    if (reads === undefined) return
    new kind({
      name,
      help,
      labelNames: label === '' ? [] : [label],
      registers: [registry],
      collect() {
        this.reset()
        for (const each of reads) {
          const reading = each()
          if (typeof reading === 'number') this.inc(reading)
          else for (const [key, value] of reading) this.inc({ [label]: String(key) }, value)
        }
      },
    })
  }

  return {
    counter: (name, help, read, label) => register(Counter, name, help, read, label),
    gauge: (name, help, read, label) => register(Gauge, name, help, read, label),
    histogram(name, help, bounds) {
      let histogram = histograms.get(name)
      if (histogram === undefined) {
        histogram = new Histogram({ name, help, buckets: [...bounds], registers: [registry] })
        histograms.set(name, histogram)
      }
      const target = histogram
      return (value) => target.observe(value)
    },
    face: async () => new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } }),
  }
}
