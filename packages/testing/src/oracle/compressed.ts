import { MessageReader } from 'apache-arrow'
import { arrowText } from './arrow-text.js'
import { Link } from './link.js'
import { servers } from './servers.js'

/** The codecs named in the batches of a stream. */
function codecs(bytes: Uint8Array): string {
  const found = new Set<string>()
  for (const message of new MessageReader(bytes)) {
    const header: object | undefined = message.isSchema() ? undefined : message.header()
    if (header) found.add(JSON.stringify('compression' in header ? header.compression : null))
  }
  return [...found].join(' ')
}

/**
 * A compressed Arrow stream as text. The real engine unpacks it, so that what our server packs has been read by another
 * implementation.
 */
export async function compressedText(bytes: Uint8Array): Promise<string> {
  const server = await servers.real()
  const link = new Link(server)
  const reading = (async () => {
    const table = await link.client(0).table(bytes.slice().buffer)
    const view = await table.view()
    return arrowText(new Uint8Array(await view.to_arrow()))
  })()
  reading.catch(() => {})
  await link.settle()
  try {
    return `${codecs(bytes)} ${await reading}`
  } finally {
    server.dispose?.()
  }
}
