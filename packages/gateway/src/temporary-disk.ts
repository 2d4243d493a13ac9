import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Disk } from '@tablecast/core'

/** A folder of its own for tables made with `page_to_disk`. */
export interface TemporaryDisk extends Disk {
  /** Only this user may look into it. */
  readonly folder: string
  /** Removes the folder; tables whose columns are in it cannot be read any more. Happens at exit by itself. */
  close(): void
}

/**
 * Makes a private folder below `parent` (default: the system's folder for temporary files) for `new Server({ disk })`. It is
 * removed when the process exits; one that is killed leaves it behind. Throws when it cannot be made.
 */
export function temporaryDisk(parent: string = tmpdir()): TemporaryDisk {
  const folder = mkdtempSync(join(parent, 'tablecast-'))
  let pages = 0
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  return {
    folder,
    write(parts) {
      const file = join(folder, String(++pages))
      writeFileSync(file, Buffer.concat(parts), { mode: 0o600 })
      return { read: () => readFileSync(file), free: () => rmSync(file, { force: true }) }
    },
    close() {
      process.off('exit', remove)
      remove()
    },
  }
}
