import { EchoHandler } from '@tablecast/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningHost } from '../src/hosts/driver.js'
import { hosts } from '../src/hosts/hosts.js'
import { closeFrame, frame, handshake, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

const { continuation, text, binary, close, ping, pong } = opcodes
const payloadBytes = 200_000

/** "κόσμε" and the first part of it that ends inside a character. */
const utf8 = Buffer.from('κόσμε')
const cut = 3

describe.each(hosts)('RFC 6455 on $name', (driver) => {
  let host: RunningHost
  beforeAll(async () => {
    host = await driver.start({ endpoints: { '/echo': EchoHandler }, limits: { payloadBytes } })
  })
  afterAll(() => host.close())

  /** Sends bytes and gives the payloads of the data messages that come back, up to the closing code. */
  async function exchange(...bytes: Uint8Array[]): Promise<{ messages: string[]; code: number | undefined }> {
    await using peer = await RawPeer.open(host.port, '/echo')
    for (const each of bytes) peer.write(each)
    const messages: string[] = []
    let code: number | undefined
    try {
      for (;;) {
        const { opcode, payload, masked, rsv } = await peer.frame()
        expect([masked, rsv]).toEqual([false, 0])
        if (opcode === close) code = payload.length >= 2 ? payload.readUInt16BE() : 1005
        else messages.push(opcode === pong ? `pong ${payload}` : payload.toString())
      }
    } catch {
      return { messages, code }
    }
  }

  const bye = closeFrame(1000)

  test('the handshake is answered with the accept key of the request', async () => {
    await using peer = await RawPeer.connect(host.port)
    peer.write(handshake('/echo'))
    const { status, headers } = await peer.response()
    expect(status).toBe(101)
    expect(headers['upgrade']?.toLowerCase()).toBe('websocket')
    expect(headers['connection']?.toLowerCase()).toBe('upgrade')
    expect(headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    expect(headers['sec-websocket-extensions']).toBeUndefined()
  })

  test.each([0, 1, 125, 126, 127, 128, 65_535, 65_536, payloadBytes])('5.2 a message of %i bytes', async (length) => {
    await using peer = await RawPeer.open(host.port, '/echo')
    const payload = Buffer.alloc(length, 'x')
    peer.write(frame(binary, payload))
    expect(await peer.frame()).toEqual({ fin: true, rsv: 0, opcode: binary, masked: false, payload })
  })

  test('5.2 bytes that come one by one', async () => {
    await using peer = await RawPeer.open(host.port, '/echo')
    peer.socket.setNoDelay(true)
    for (const byte of frame(text, utf8)) {
      peer.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await peer.frame()).payload).toEqual(utf8)
  })

  test('5.4 fragments make one message, control frames between them are answered at once', async () => {
    const result = await exchange(
      frame(text, 'a', { fin: false }),
      frame(ping, 'one'),
      frame(continuation, 'b', { fin: false }),
      frame(ping, 'two'),
      frame(continuation, '', { fin: false }),
      frame(continuation, 'c'),
      bye,
    )
    expect(result).toEqual({ messages: ['pong one', 'pong two', 'abc'], code: 1000 })
  })

  test('5.5 pings are answered with their payload, pongs nobody asked for are ignored', async () => {
    const result = await exchange(
      frame(ping),
      frame(ping, 'x'.repeat(125)),
      frame(pong, 'unasked'),
      frame(text, 'on'),
      bye,
    )
    expect(result).toEqual({ messages: ['pong ', `pong ${'x'.repeat(125)}`, 'on'], code: 1000 })
  })

  test.each<[string, number, Uint8Array[]]>([
    ['5.1 a frame without a mask', 1002, [frame(text, 'x', { masked: false })]],
    ['5.2 reserved bit 1', 1002, [frame(text, 'x', { rsv: 4 })]],
    ['5.2 reserved bit 2', 1002, [frame(text, 'x', { rsv: 2 })]],
    ['5.2 reserved bit 3', 1002, [frame(ping, 'x', { rsv: 1 })]],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, number, Uint8Array[]] => [
      `5.2 reserved opcode ${opcode}`,
      1002,
      [frame(opcode, 'x')],
    ]),
    ['5.4 a continuation of nothing', 1002, [frame(continuation, 'x')]],
    ['5.4 a continuation after the end', 1002, [frame(text, 'x'), frame(continuation, 'x')]],
    ['5.4 a new message inside another', 1002, [frame(text, 'x', { fin: false }), frame(text, 'x')]],
    ['5.5 a ping in fragments', 1002, [frame(ping, 'x', { fin: false })]],
    ['5.5 a close frame in fragments', 1002, [frame(close, Buffer.from([3, 232]), { fin: false })]],
    ['5.5 a ping of 126 bytes', 1002, [frame(ping, 'x'.repeat(126))]],
    ['5.5.1 a close frame of one byte', 1002, [frame(close, Buffer.from([3]))]],
    ['8.1 text that is not UTF-8', 1007, [frame(text, Buffer.from([0xce, 0xba, 0xff]))]],
    ['8.1 a surrogate in UTF-8', 1007, [frame(text, Buffer.from([0xed, 0xa0, 0x80]))]],
    ['8.1 an overlong form', 1007, [frame(text, Buffer.from([0xc0, 0xaf]))]],
    ['8.1 text that ends inside a character', 1007, [frame(text, utf8.subarray(0, cut))]],
    [
      '8.1 fragments that together are not UTF-8',
      1007,
      [frame(text, utf8.subarray(0, cut), { fin: false }), frame(continuation, 'x')],
    ],
    ['8.1 a close reason that is not UTF-8', 1007, [closeFrame(1000, Buffer.from([0xff]))]],
    ['10.4 a message over the limit', 1009, [frame(binary, Buffer.alloc(payloadBytes + 1))]],
    ['10.4 a length over the limit, before its bytes', 1009, [frame(binary, '', { length: payloadBytes + 1 })]],
    ['10.4 a length nobody has', 1009, [frame(binary, '', { length: 2 ** 62 })]],
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535].map((code): [string, number, Uint8Array[]] => [
      `7.4 close code ${code}`,
      1002,
      [closeFrame(code)],
    ]),
  ])('%s is refused with %i', async (_, code, bytes) => {
    const before = host.gateway.stats.errors
    expect((await exchange(...bytes)).code).toBe(code)
    expect(host.gateway.stats.errors).toBe(before)
    expect(await exchange(frame(text, 'others are served'), bye)).toEqual({
      messages: ['others are served'],
      code: 1000,
    })
  })

  test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
    '7.4 close code %i comes back',
    async (code) => {
      expect(await exchange(closeFrame(code, 'reason'))).toEqual({ messages: [], code })
    },
  )

  test('5.5.1 a close frame without a code comes back without one', async () => {
    expect(await exchange(closeFrame())).toEqual({ messages: [], code: 1005 })
  })

  test('5.5.1 nothing is taken or answered after a close frame', async () => {
    expect(await exchange(bye, frame(text, 'late'), frame(ping))).toEqual({ messages: [], code: 1000 })
  })

  test('8.1 a character may be cut by fragments', async () => {
    const parts = [frame(text, utf8.subarray(0, cut), { fin: false }), frame(continuation, utf8.subarray(cut))]
    expect(await exchange(...parts, bye)).toEqual({ messages: ['κόσμε'], code: 1000 })
  })

  test('7.1 a connection that breaks in the middle of a frame frees its socket', async () => {
    const peer = await RawPeer.open(host.port, '/echo')
    const socket = [...host.gateway.manager].at(-1)!
    peer.write(frame(text, 'abcdef').subarray(0, 9))
    await peer[Symbol.asyncDispose]()
    expect(await socket.closed).toEqual({ code: 1006, reason: '' })
    expect([...host.gateway.manager]).not.toContain(socket)
  })
})
