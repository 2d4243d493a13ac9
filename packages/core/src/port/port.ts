/**
 * One end of a channel between threads: the part that is used of a standard `MessagePort`, of a `Worker`, and of a
 * worker's own `self`.
 */
export interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  onmessage: ((event: never) => void) | null
}
