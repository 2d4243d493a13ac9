/** What a reading may be: one number, or one per label value. */
export type Reading = number | ReadonlyMap<string | number, number>

/**
 * Where the gateway and its endpoints show what they count. Numbers are kept where they arise and read when somebody
 * looks, so counting costs an addition. Several sources of one name add up. Names follow Prometheus' conventions.
 */
export interface Metrics {
  /** A total that only grows. @param label what the keys of a map reading are. */
  counter(name: string, help: string, read: () => Reading, label?: string): void
  /** A level that goes up and down. */
  gauge(name: string, help: string, read: () => Reading, label?: string): void
  /** A distribution. @returns takes its values; cheap enough for every request, too slow for every message. */
  histogram(name: string, help: string, bounds: readonly number[]): (value: number) => void
}

/** Upper bounds, in seconds, for things that should take milliseconds. */
export const secondsBounds: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
