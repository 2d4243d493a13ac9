import { BlockList, isIP } from 'node:net'

/** Which peers may speak for others (`X-Forwarded-*`). */
export class TrustedProxies {
  readonly #list = new BlockList()
  readonly #empty: boolean

  /**
   * @param proxies addresses, networks ("10.0.0.0/8") or "loopback".
   * @throws TypeError naming an entry that is none of these.
   */
  constructor(proxies: readonly string[]) {
    this.#empty = proxies.length === 0
    for (const proxy of proxies.flatMap((entry) => (entry === 'loopback' ? ['127.0.0.0/8', '::1'] : entry))) {
      const [address = '', prefix] = proxy.split('/')
      const version = isIP(address)
      const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix)
      if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > (version === 4 ? 32 : 128)) {
        throw new TypeError(`trusted proxy "${proxy}" is not an address, a network such as "10.0.0.0/8" or "loopback"`)
      }
      this.#list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
    }
  }

  has(address: string): boolean {
    // Asked for every request, and a look into even an empty list takes microseconds.
    if (this.#empty) return false
    const version = isIP(address)
    return version !== 0 && this.#list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }

  /**
   * The client behind the proxies: read from the right, the first address nobody trusted wrote.
   *
   * @param peer the address the connection comes from.
   * @param forwarded the `X-Forwarded-For` header.
   */
  clientOf(peer: string, forwarded: string | undefined): string {
    let client = peer
    const hops = forwarded === undefined ? [] : forwarded.split(',')
    while (this.has(client) && hops.length > 0) {
      const hop = plainAddress(hops.pop()!.trim())
      if (isIP(hop) === 0) break
      client = hop
    }
    return client
  }
}

/** An address without port, brackets or the IPv4-in-IPv6 prefix. */
export function plainAddress(address: string): string {
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return bare.toLowerCase().startsWith('::ffff:') && isIP(bare.slice(7)) === 4 ? bare.slice(7) : bare
}

/** What per-address limits count by: an IPv4 address, or the /64 network of an IPv6 one, since a client owns all of that. */
export function addressKey(address: string): string {
  if (isIP(address) !== 6) return address
  const [left = '', right] = address.split('%')[0]!.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const groups = [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** True for the names and addresses of this very machine. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  )
}

/** True for an address of this very machine. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
