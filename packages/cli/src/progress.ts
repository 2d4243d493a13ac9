import { SingleBar } from 'cli-progress'

/** Tells how far the loading of one source is, on standard error. */
export interface Progress {
  /** So many bytes have been read. */
  read(bytes: number): void
  /** All bytes are there; the engine makes a table of them, which holds this thread. */
  making(): void
  /** What came of it. */
  done(result: string): void
  /** Ends without a result. */
  stop(): void
}

/** @param total bytes of the source, if that is known. */
export function showProgress(path: string, total: number | undefined): Progress {
  const name = path === '-' ? 'standard input' : path
  return process.stderr.isTTY && total !== undefined ? bar(name, total) : lines(name)
}

function bar(name: string, total: number): Progress {
  const bar = new SingleBar({
    format: `{name} {bar} {percentage}% of ${size(total)} {stage}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    barsize: 30,
  })
  // Reading is one half, taking in the other.
  let read = 0
  bar.start(2 * total, 0, { name, stage: 'reading' })
  return {
    read(bytes) {
      read += bytes
      bar.update(read)
    },
    making() {
      bar.update(total, { stage: 'making the table' })
      bar.render()
    },
    done(result) {
      bar.update(2 * total, { stage: 'done' })
      bar.render()
      bar.stop()
      console.error(result)
    },
    stop: () => bar.stop(),
  }
}

function lines(name: string): Progress {
  console.error(`Loading ${name}`)
  return { read() {}, making() {}, done: (result) => console.error(result), stop() {} }
}

/** A size as people read it: 812 B, 4.1 kB, 40 MB. */
export function size(bytes: number): string {
  const power = bytes < 1e3 ? 0 : bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3
  const amount = bytes / 1e3 ** power
  return `${amount.toFixed(power === 0 || amount >= 10 ? 0 : 1)} ${['B', 'kB', 'MB', 'GB'][power]}`
}
