import { symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Services } from '@tablecast/services'
import { describe, expect, test } from 'vitest'
import type { HostOptions } from '../src/hosts/driver.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { handshake, RawPeer } from '../src/hosts/raw-peer.js'
import { echo, service, serviceTree } from './services-tree.js'

/** A `Services` that notes what it reports. */
function watched(root: string, options: Partial<ConstructorParameters<typeof Services>[0]> = {}) {
  const errors: string[] = []
  const services = new Services({ root, report: (error) => errors.push(String(error)), ...options })
  return { services, errors }
}

describe.each(hosts)('$name', (driver) => {
  const start = (services: Services, options: Partial<HostOptions> = {}) =>
    driver.start({ endpoints: { '/services/*': services }, ...options })

  test('D1 D2 D4 files and directories are services, each shared by its clients', async () => {
    using tree = serviceTree({ 'echo.mjs': echo, 'deep/er/ws_service.js': echo })
    const { services, errors } = watched(tree.root)
    await using host = await start(services)
    expect([...services.running()]).toEqual([])
    await using one = await Peer.connect(host.url('/services/echo'))
    await using two = await Peer.connect(host.url('/services/echo'))
    await using other = await Peer.connect(host.url('/services/deep/er/'))
    for (const peer of [one, two, other]) peer.send('grüße')
    expect(await one.next()).toBe('2 grüße')
    expect(await two.next()).toBe('2 grüße')
    expect(await other.next()).toBe('1 grüße')
    one.send(new Uint8Array([0, 255]))
    expect(await one.next()).toEqual(Buffer.from([0, 255]))
    two.send('bye')
    await two.next()
    expect(await two.closed()).toEqual({ code: 4001, reason: 'bye' })
    expect([...services.running()].map(({ path, starts }) => [path, starts])).toEqual([
      ['echo', 1],
      ['deep/er/', 1],
    ])
    expect(errors).toEqual([])
  })

  test('D4 a service is told who came, what they said and how they left', async () => {
    using tree = serviceTree({
      'log.js': service(
        `if (type === 'DATA') this.send(socket, JSON.stringify(log))
      else log.push(type === 'CLOSE' ? transaction : { url: info.url, cookie: info.headers.cookie, who: info.principal })`,
        'const log = []',
      ),
    })
    const { services } = watched(tree.root)
    await using host = await start(services, { authorize: () => ({ id: 'ann', claims: { admin: true } }) })
    const gone = await Peer.connect(host.url('/services/log?room=1'), [], { headers: { cookie: 'a=b' } })
    gone.ws.close(4321, 'had enough')
    await gone.closed()
    await using peer = await Peer.connect(host.url('/services/log'))
    peer.send('')
    const [first, close] = JSON.parse(String(await peer.next()))
    expect(first).toEqual({
      url: `http://127.0.0.1:${host.port}/services/log?room=1`,
      cookie: 'a=b',
      who: { id: 'ann', claims: { admin: true } },
    })
    expect(close).toEqual({ type: 'CLOSE', socket: expect.any(Number), code: 4321, reason: 'had enough' })
  })

  test('D3 404 for no service, 500 for one that cannot be started; the reason is reported, not told', async () => {
    using tree = serviceTree({
      'none.js': 'export const x = 1',
      'throws.js': 'throw new Error("secret")',
      'constructor.js': 'export class Service { constructor() { throw new Error("secret") } run() {} }',
      'syntax.js': 'export class {',
      'echo.js': echo,
    })
    const { services, errors } = watched(tree.root)
    await using host = await start(services)
    expect(await refusal(host.url('/services/nothing'))).toMatchObject({ status: 404 })
    for (const name of ['none', 'throws', 'constructor', 'syntax']) {
      const { status, text } = await refusal(host.url(`/services/${name}`))
      expect([name, status, text]).toEqual([name, 500, 'the service cannot be started\n'])
    }
    expect(errors).toEqual([
      `TypeError: ${tree.root}/none.js exports no class "Service" with a method "run"`,
      'Error: secret',
      'Error: secret',
      expect.stringContaining('SyntaxError'),
    ])
    await using peer = await Peer.connect(host.url('/services/echo'))
    peer.send('still here')
    expect(await peer.next()).toBe('1 still here')
  })

  test('D2 a crash closes the service’s own clients with 1012; the next client gets a fresh one', async () => {
    using tree = serviceTree({ 'a.js': echo, 'b.js': echo })
    const { services, errors } = watched(tree.root)
    await using host = await start(services)
    await using first = await Peer.connect(host.url('/services/a'))
    await using second = await Peer.connect(host.url('/services/a'))
    await using other = await Peer.connect(host.url('/services/b'))
    first.send('crash')
    expect(await first.closed()).toEqual({ code: 1012, reason: 'service failed' })
    expect(await second.closed()).toEqual({ code: 1012, reason: 'service failed' })
    await using fresh = await Peer.connect(host.url('/services/a'))
    fresh.send('hello')
    expect(await fresh.next()).toBe('1 hello')
    other.send('hello')
    expect(await other.next()).toBe('1 hello')
    expect(errors).toEqual(['Error: crashed as asked'])
    expect([...services.running()].map(({ path, starts }) => [path, starts])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })

  test('D6 closing the host sets the shutdown flag and waits for every service', async () => {
    const ending = (last: string) => `import { writeFileSync } from 'node:fs'
import { Service as Base } from '@tablecast/services/service'
export class Service extends Base {
  async run() {
    const seen = []
    for await (const { type } of this.receiveQueue) seen.push(type)
    await new Promise((resolve) => setImmediate(resolve))
    writeFileSync(new URL('${last}', import.meta.url), seen.join() + ' ' + this.shutdown)
  }
}`
    using tree = serviceTree({ 'a.js': ending('a.txt'), 'deep/b.js': ending('b.txt') })
    const { services, errors } = watched(tree.root)
    const host = await start(services)
    const a = await Peer.connect(host.url('/services/a'))
    const b = await Peer.connect(host.url('/services/deep/b'))
    await host.close()
    expect(await a.closed()).toMatchObject({ code: 1001 })
    expect(await b.closed()).toMatchObject({ code: 1001 })
    const { readFileSync } = await import('node:fs')
    expect(readFileSync(`${tree.root}/a.txt`, 'utf8')).toBe('NEWSOCKET,CLOSE true')
    expect(readFileSync(`${tree.root}/deep/b.txt`, 'utf8')).toBe('NEWSOCKET,CLOSE true')
    expect([...services.running()]).toEqual([])
    expect(errors).toEqual([])
  })

  test('D1 there is no way out of the root', async () => {
    const mark = `globalThis.process.emitWarning('loaded')\n`
    using outside = serviceTree({ 'secret.js': mark + echo, 'ws_service.js': mark + echo })
    using tree = serviceTree({
      'echo.js': echo,
      '.hidden.js': mark + echo,
      '.git/hook.js': mark + echo,
      'node_modules/lib/ws_service.js': mark + echo,
      'types.d.ts': mark,
      'pct%2e.js': mark + echo,
    })
    const sibling = outside.root.split('/').at(-1)!
    symlinkSync(`${outside.root}/secret.js`, `${tree.root}/link.js`)
    symlinkSync(outside.root, `${tree.root}/linked`)
    symlinkSync(`${tree.root}/.hidden.js`, `${tree.root}/inner.js`)
    symlinkSync(`${tree.root}/echo.js`, `${tree.root}/same.js`)
    symlinkSync(tmpdir(), `${tree.root}/loop.js`)
    const { services, errors } = watched(tree.root)
    await using host = await start(services)
    const attacks = [
      `../${sibling}/secret`,
      `%2e%2e/${sibling}/secret`,
      `..%2f${sibling}%2fsecret`,
      `%2e%2e%2f${sibling}%2fsecret`,
      `%252e%252e/${sibling}/secret`,
      `%252e%252e%252f${sibling}%252fsecret`,
      `..%5c${sibling}%5csecret`,
      `echo/../../${sibling}/secret`,
      `./../${sibling}/`,
      `/${outside.root}/secret`,
      `%2f${outside.root}/secret`,
      'file:%2f%2f/etc/passwd',
      'echo%00',
      'echo.js%00',
      '%00',
      'echo.js',
      'echo%2ejs',
      '.hidden',
      '%2ehidden',
      '.git/hook',
      'node_modules/lib/',
      'types.d',
      'types',
      'pct%2e',
      'pct%252e',
      'link',
      'linked/secret',
      'linked/',
      'inner',
      'loop',
      '',
      '/',
      '//',
      'echo/',
      'a'.repeat(5000),
      `${'a/'.repeat(400)}b`,
    ]
    for (const attack of attacks) {
      await using peer = await RawPeer.connect(host.port)
      peer.write(handshake(`/services/${attack}`, { Host: `127.0.0.1:${host.port}` }))
      const { status } = await peer.response()
      expect([attack, status]).toEqual([attack, 404])
    }
    for (const malformed of ['%', '%zz', '%c0%ae%c0%ae/secret']) {
      await using peer = await RawPeer.connect(host.port)
      peer.write(handshake(`/services/${malformed}`, { Host: `127.0.0.1:${host.port}` }))
      expect([malformed, (await peer.response()).status]).toEqual([malformed, 400])
    }
    expect([...services.running()]).toEqual([])
    await using one = await Peer.connect(host.url('/services/echo'))
    await using same = await Peer.connect(host.url('/services/s%61me'))
    same.send('x')
    expect(await same.next()).toBe('2 x')
    one.ws.close()
    expect(errors).toEqual([])
  })
})
