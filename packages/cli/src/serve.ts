import { Server } from '@tablecast/core'
import { type ListenOptions, liveTables, type StandaloneServer } from '@tablecast/gateway'
import open from 'open'
import type { Following } from './follow.js'
import { listenOrSay, urlOf } from './listen.js'
import { type LoadOptions, load } from './load.js'
import { pageFiles } from './page-files.js'
import type { ServedTables } from './served-tables.js'
import type { Source } from './sources.js'

export interface ServeOptions extends LoadOptions, Required<Pick<ListenOptions, 'host' | 'port'>> {
  /** Whether everybody who can connect may change rows. */
  readonly editable: boolean
  /** Whether to open the page in a browser. */
  readonly open: boolean
}

/**
 * Serves the tables of sources and the page that shows them, until SIGINT or SIGTERM. The port is taken before the
 * first file is read, so that a taken one is told at once; the page waits until all tables are there.
 *
 * @throws Error when the port cannot be had or a source cannot be loaded.
 */
export async function serve(sources: readonly Source[], options: ServeOptions): Promise<void> {
  const { host, port, editable } = options
  const server = new Server()
  const client = server.new_local_client()
  let ready = () => {}
  const loaded = new Promise<void>((resolve) => {
    ready = resolve
  })
  const served: ServedTables = { tables: sources.map(({ table }) => table), editable }
  const standalone = await listenOrSay({
    host,
    port,
    endpoints: { '/websocket': liveTables(server, { allow: editable ? ['read', 'update'] : ['read'] }) },
    routes: {
      '/tables.json': async () => {
        await loaded
        return Response.json(served)
      },
      '/*': pageFiles(),
    },
  })
  const following: Following[] = []
  endWithSignals(standalone, following)
  for (const source of sources) {
    const goesOn = await load(client, source, options)
    if (goesOn !== undefined) following.push(goesOn)
  }
  ready()
  const url = urlOf('http', host, standalone.port)
  console.log(`${editable ? 'Editable' : 'Read-only'} at ${url}`)
  if (options.open) await open(url)
}

function endWithSignals(standalone: StandaloneServer, following: readonly Following[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await Promise.all(following.map((each) => each.close()))
      await standalone.close()
      // Standard input may still be open, or a file still be loading.
      process.exit(0)
    })
  }
}
