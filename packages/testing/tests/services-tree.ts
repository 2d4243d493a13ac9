import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** A root of services that is gone after the test. It is below this package, so its modules find `@tablecast/services`. */
export interface ServiceTree extends Disposable {
  readonly root: string
  write(name: string, text: string): void
}

export function serviceTree(files: Readonly<Record<string, string>>): ServiceTree {
  mkdirSync(dist, { recursive: true })
  const root = mkdtempSync(join(dist, 'services-'))
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  return { root, write, [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}

/** A service's module; `body` handles one `transaction`. */
export function service(body: string, before = ''): string {
  return `import { Service as Base } from '@tablecast/services/service'
${before}
export class Service extends Base {
  async run() {
    for await (const transaction of this.receiveQueue) {
      const { type, socket, data, info } = transaction
      ${body}
    }
  }
}
`
}

/** Sends back what it gets, in front of it which client of this life of the service it is. */
export const echo = service(
  `if (type === 'NEWSOCKET') clients++
      if (type === 'DATA') this.send(socket, typeof data === 'string' ? clients + ' ' + data : data)
      if (data === 'crash') throw new Error('crashed as asked')
      if (data === 'return') return
      if (data === 'bye') this.close(socket, 4001, 'bye')`,
  'let clients = 0',
)
