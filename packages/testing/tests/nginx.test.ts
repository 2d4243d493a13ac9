import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server } from '@tablecast/core'
import { listen, liveTables, type Principal } from '@tablecast/gateway'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../src/free-port.js'
import { snippetsOf } from '../src/snippets.js'

const nginx = process.env['NGINX_PATH'] ?? '/usr/sbin/nginx'
const present = existsSync(nginx)
if (!present) console.warn(`The guide's nginx configuration is not run: no nginx at ${nginx} (set NGINX_PATH)`)

/** Runs the guide's configuration, with its ports and its certificate put where a test may have them. */
async function proxy(upstream: number) {
  const home = mkdtempSync(join(tmpdir(), 'tablecast-nginx-'))
  const port = await freePort()
  const pem = join(home, 'example.com')
  const subject = [
    '-subj',
    '/CN=example.com',
    '-days',
    '2',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
  ]
  execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', `${pem}.key`, '-out', `${pem}.pem`], {
    stdio: 'ignore',
  })
  const { text } = snippetsOf('docs/nginx.md').find(({ language }) => language === 'nginx')!
  const config = text
    .replaceAll('/etc/ssl/', `${home}/`)
    .replace('127.0.0.1:8080', `127.0.0.1:${upstream}`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
  for (const folder of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(home, folder))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${home}/${name === 'client_body' ? 'body' : name};`)
    .join('\n')
  const main = `daemon off; pid ${home}/pid; error_log ${home}/log notice;
events {}
http { access_log off; ${temporary}
${config}}`
  writeFileSync(join(home, 'nginx.conf'), main)
  const child = spawn(nginx, ['-c', join(home, 'nginx.conf'), '-p', home, '-e', join(home, 'log')], { stdio: 'ignore' })
  const ended = once(child, 'close')
  const up = () =>
    new Promise<boolean>((resolve) => {
      const asked = request({ port, rejectUnauthorized: false }, (answer) => resolve(answer.resume() !== undefined))
      asked.on('error', () => resolve(false)).end()
    })
  await expect
    .poll(up, { message: existsSync(join(home, 'log')) ? readFileSync(join(home, 'log'), 'utf8') : '' })
    .toBe(true)
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      rmSync(home, { recursive: true })
    },
  }
}

test.skipIf(!present)(
  "behind nginx, as the guide has it: the page's origin and the client's address are the real ones",
  async () => {
    let seen: { address: string; url: string } | undefined
    await using server = Object.assign(
      await listen({
        port: 0,
        endpoints: { '/websocket': liveTables(new Server()) },
        trustedProxies: ['loopback'],
        authorize({ remoteAddress, url }): Principal {
          seen = { address: remoteAddress, url: String(url) }
          return { id: 'ann' }
        },
      }),
      { [Symbol.asyncDispose]: () => server.close() },
    )
    await using front = await proxy(server.port)
    const connect = (origin: string) => {
      const headers = { host: 'example.com', 'x-forwarded-for': '198.51.100.7' }
      const socket = new WebSocket(`wss://127.0.0.1:${front.port}/websocket`, {
        origin,
        headers,
        rejectUnauthorized: false,
      })
      return new Promise<string>((resolve) => {
        socket.once('open', () => {
          socket.terminate()
          resolve('open')
        })
        socket.once('unexpected-response', (_, { statusCode }) => {
          socket.terminate()
          resolve(String(statusCode))
        })
        socket.on('error', () => {})
      })
    }
    expect(await connect('https://example.com')).toBe('open')
    // This client is at a trusted address itself, as one more proxy would be, so what it forwards counts.
    expect(seen).toEqual({ address: '198.51.100.7', url: 'https://example.com/websocket' })
    expect(await connect('https://evil.example')).toBe('403')
  },
)
