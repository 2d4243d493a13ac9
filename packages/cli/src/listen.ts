import { type ListenOptions, listen, type StandaloneServer } from '@tablecast/gateway'

/**
 * Listens.
 *
 * @throws Error that says what can be done when the host or the port cannot be had.
 */
export async function listenOrSay(options: ListenOptions & { host: string; port: number }): Promise<StandaloneServer> {
  const { host, port } = options
  try {
    return await listen(options)
  } catch (cause) {
    throw new Error(remedy((cause as NodeJS.ErrnoException).code, host, port) ?? (cause as Error).message, { cause })
  }
}

function remedy(code: string | undefined, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken; choose another one, for example: --port ${port + 1}, or --port 0 for any free one`
    case 'EACCES':
      return `port ${port} of ${host} is not ours to take; choose one above 1023: --port 8080`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `host "${host}" is no address of this machine; --host 127.0.0.1 is this machine alone, --host 0.0.0.0 all of its addresses`
  }
  return undefined
}

/** The address that a browser on this machine opens. */
export function urlOf(scheme: string, host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${scheme}://${name}:${port}/`
}
