import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FEATURES } from '../server/features.js'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  encodeResponseParts,
  FrameError,
} from './frames.js'
import type { Request, Response } from './messages.js'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function faultOf(bytes: Uint8Array): FrameError {
  try {
    decodeRequest(bytes)
  } catch (error) {
    if (error instanceof FrameError) return error
  }
  throw new Error('expected a FrameError')
}

describe('A2 frames', () => {
  test('zeros are left out, set optionals are not', () => {
    const request: Request = { msg_id: 0, entity_id: '', client_req: { case: 'ViewOnUpdate', value: { mode: 0 } } }
    expect(toHex(encodeRequest(request))).toBe('aa01020800')
    expect(decodeRequest(hex('aa01020800'))).toEqual(request)
    expect(decodeRequest(hex('aa0100')).client_req).toEqual({ case: 'ViewOnUpdate', value: {} })
  })

  test('msg_id is unsigned, double keeps minus zero, uint64 passes 2^32', () => {
    expect(decodeRequest(hex('08ffffffff0f')).msg_id).toBe(0xffffffff)
    const value = (float: number): Response => ({
      msg_id: 1,
      entity_id: 'v',
      client_resp: {
        case: 'ViewGetMinMax',
        value: { min: { scalar: { case: 'float', value: float } }, max: { scalar: { case: 'null', value: 0 } } },
      },
    })
    for (const float of [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decodeResponse(encodeResponse(value(float)))).toEqual(value(float))
    }
    const info: Response = {
      msg_id: 1,
      entity_id: '',
      client_resp: {
        case: 'ServerSystemInfo',
        value: { heap_size: 2 ** 40 + 1, used_size: 2 ** 33, cpu_time: 0, cpu_time_epoch: 5 },
      },
    }
    expect(decodeResponse(encodeResponse(info))).toEqual(info)
  })

  test('the last case of a oneof wins', () => {
    // options { make_index_table: "a", make_limit_table: 3 } and the other way round
    const options = (bytes: string) => {
      const { client_req } = decodeRequest(hex(`da01 07 12 05 ${bytes}`))
      return client_req?.case === 'MakeTable' ? client_req.value.options?.make_table_type : undefined
    }
    expect(options('0a0161 1003')).toEqual({ case: 'make_limit_table', value: 3 })
    expect(options('1003 0a0161')).toEqual({ case: 'make_index_table', value: 'a' })
  })

  test('a message that occurs twice is merged, lists may be packed or not', () => {
    const viewport = decodeRequest(hex('ca01 08 0a02 0801 0a02 1802')).client_req
    expect(viewport).toEqual({ case: 'ViewToCSV', value: { viewport: { start_row: 1, end_row: 2 } } })
    const modes = (frame: string) => {
      const { client_resp } = decodeResponse(hex(frame))
      return client_resp?.case === 'GetFeatures' ? client_resp.value.group_rollup_mode : undefined
    }
    expect(modes('1a05 4203 000102')).toEqual([0, 1, 2])
    expect(modes('1a06 4000 4001 4002')).toEqual([0, 1, 2])
  })

  test('hostile map keys are data', () => {
    const request: Request = {
      msg_id: 7,
      entity_id: 't',
      client_req: {
        case: 'TableValidateExpr',
        value: {
          column_to_expr: new Map([
            ['__proto__', '1'],
            ['2', 'x'],
            ['1', ''],
          ]),
        },
      },
    }
    expect(decodeRequest(encodeRequest(request))).toEqual(request)
  })

  test('an unknown or absent request leaves client_req unset, the envelope is read', () => {
    expect(decodeRequest(hex('0807 120174 ca0200'))).toEqual({ msg_id: 7, entity_id: 't' })
    expect(decodeRequest(hex(''))).toEqual({ msg_id: 0, entity_id: '' })
    // Tag 8, with the wire type of a number
    expect(decodeRequest(hex('0807 4001'))).toEqual({ msg_id: 7, entity_id: '' })
  })

  test('bytes are views on the frame, not copies', () => {
    const frame = hex('8a02 0b 0a05 1a03 010203 1003 0a00')
    const { client_req } = decodeRequest(frame)
    if (client_req?.case !== 'TableUpdate') throw new Error('expected a TableUpdate')
    const data = client_req.value.data?.data?.value
    expect(data).toEqual(Uint8Array.of(1, 2, 3))
    expect((data as Uint8Array).buffer).toBe(frame.buffer)
  })
})

describe('A2 frames that are none', () => {
  test.each([
    ['truncated after the envelope', '0807 120176 4205 01', 7, 'v'],
    ['truncated entity', '0807 120576', 7, ''],
    ['invalid UTF-8', '0807 1201ff', 7, ''],
    ['field number 0', '0807 0000', 7, ''],
    ['unmatched end of group', '0807 0c', 7, ''],
    ['inner field past the end of its message', '0807 8a02 03 0a05 0000000000', 7, ''],
    ['text', Buffer.from('hello server').toString('hex'), 0, ''],
  ])('%s', (_, frame, msg_id, entity_id) => {
    expect(faultOf(hex(frame))).toMatchObject({ msg_id, entity_id })
  })

  test('deep groups are refused, not followed', () => {
    expect(faultOf(new Uint8Array(1 << 20).fill(0x0b)).message).toContain('recursion')
  })

  test('a frame of empty parts is refused before it costs memory', () => {
    // ViewConfig.filter, 400,000 empty terms
    const filters = new Uint8Array(800_000)
    for (let i = 0; i < filters.length; i += 2) filters[i] = 0x22
    const length = (n: number) => [(n & 0x7f) | 0x80, ((n >> 7) & 0x7f) | 0x80, n >> 14]
    const config = [0x12, ...length(filters.length)]
    const frame = [0x08, 0x07, 0x32, ...length(filters.length + config.length), ...config]
    expect(faultOf(Uint8Array.from([...frame, ...filters])).message).toContain('parts')
  })

  test('random bytes are a request or a FrameError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(decodeRequest(bytes).msg_id).toBeTypeOf('number')
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError)
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('a flipped bit in a real request is a request or a FrameError', () => {
    const real = encodeRequest({
      msg_id: 3000000000,
      entity_id: 'market',
      client_req: {
        case: 'TableMakeView',
        value: {
          view_id: 'abcdefghijklmnopqrstu',
          config: {
            group_by: ['a'],
            split_by: [],
            columns: { columns: { case: 'columns', value: { columns: ['a', 'b'] } } },
            filter: [{ column: 'a', op: 'in', value: [{ scalar: { case: 'string', value: 'x' } }] }],
            sort: [{ column: 'b', op: 2 }],
            expressions: new Map([['e', '"a" + 1']]),
            aggregates: new Map([['b', { aggregations: ['weighted mean', 'a'] }]]),
            filter_op: 1,
            group_rollup_mode: 0,
            windows: new Map([
              ['w', { source: 'b', op: 'ema', partition_by: [], frame: { case: 'cumulative', value: 0 }, alpha: 0.5 }],
            ]),
          },
        },
      },
    })
    expect(encodeRequest(decodeRequest(real))).toEqual(real)
    for (let bit = 0; bit < real.length * 8; bit++) {
      const bytes = real.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      try {
        decodeRequest(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }
  })
})

describe('A11 one delta for many sockets', () => {
  const delta = Uint8Array.of(1, 2, 3, 4)
  const update = (msg_id: number, port_id: number, bytes?: Uint8Array): Response => ({
    msg_id,
    entity_id: 'view',
    client_resp: { case: 'ViewOnUpdate', value: bytes ? { delta: bytes, port_id } : { port_id } },
  })

  test('the payload is the very delta, head and payload make the frame', () => {
    for (const port of [0, 300]) {
      const { head, payload } = encodeResponseParts(update(9, port, delta))
      expect(payload).toBe(delta)
      expect(decodeResponse(Uint8Array.from([...head, ...payload]))).toEqual(update(9, port, delta))
    }
  })

  test('no delta, and a delta of no bytes', () => {
    for (const each of [update(9, 1), update(9, 0, new Uint8Array(0))]) {
      const { head, payload } = encodeResponseParts(each)
      expect(payload.length).toBe(0)
      expect(decodeResponse(head)).toEqual(each)
    }
  })

  test('the features, the same for every client, are encoded once', () => {
    const answer = (msg_id: number): Response => ({
      msg_id,
      entity_id: '',
      client_resp: { case: 'GetFeatures', value: FEATURES },
    })
    const [first, second] = [encodeResponseParts(answer(1)), encodeResponseParts(answer(300))]
    expect(first.payload.length).toBeGreaterThan(500)
    expect(second.payload).toBe(first.payload)
    for (const [id, { head, payload }] of [
      [1, first],
      [300, second],
    ] as const) {
      expect(Uint8Array.from([...head, ...payload])).toEqual(encodeResponse(answer(id)))
      expect(decodeResponse(Uint8Array.from([...head, ...payload]))).toEqual(answer(id))
    }
  })

  test('every response with data ends in it', () => {
    const text = 'ä'.repeat(1000)
    const responses: Response['client_resp'][] = [
      { case: 'ViewToArrow', value: { arrow: delta } },
      { case: 'ViewToCSV', value: { csv: text } },
      { case: 'ViewToColumnsString', value: { json_string: text } },
      { case: 'ViewToRowsString', value: { json_string: text } },
      { case: 'ViewToNdjsonString', value: { ndjson_string: '' } },
      { case: 'ViewOnRemove', value: { indices: delta, port_id: 2 } },
    ]
    for (const client_resp of responses) {
      const response: Response = { msg_id: 1, entity_id: 'v', client_resp }
      expect(decodeResponse(encodeResponse(response))).toEqual(response)
    }
  })
})
