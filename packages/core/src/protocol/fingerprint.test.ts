import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { RequestMessage, ResponseMessage } from './messages.js'
import type { FieldType, Message } from './schema.js'

/** One line per field reachable from a message: path, number, presence, type; one per enum value. */
function describe(message: Message, path: string): string[] {
  return Object.entries(message.fields).flatMap(([name, field]) => {
    const at = `${path}.${name}`
    if (field.kind === 'oneof') {
      return Object.entries(field.cases).flatMap(([each, { number, type }]) =>
        describeType(type, `${at}[${each}]`, `case ${number}`),
      )
    }
    return describeType(field.type, at, `${field.kind} ${field.number} ${field.kind === 'map' ? field.key : ''}`)
  })
}

function describeType(type: FieldType, at: string, how: string): string[] {
  if (typeof type === 'string') return [`${at} ${how} ${type}`]
  if ('message' in type) return [`${at} ${how} ${type.message}`, ...describe(type, at)]
  const values = Object.entries(type.values).map(([name, value]) => `${name}=${value}`)
  return [`${at} ${how} ${type.enumeration}{${values}}`]
}

test('A2 the declared wire is the one of Perspective 5.5: any change here changes what every client reads', () => {
  const lines = [...describe(RequestMessage, 'Request'), ...describe(ResponseMessage, 'Response')]
  expect(lines.length).toBe(338)
  expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(
    '4a790a5b4ffaf675ef52ae3fab9ba5d8a075001d4cfe4e21bfbb9c311381f11a',
  )
})

test('A2 the requests are tags 3..40, the responses the same and 50', () => {
  const tags = Object.values(RequestMessage.fields.client_req.cases).map(({ number }) => number)
  expect(tags).toEqual(Array.from({ length: 38 }, (_, i) => i + 3))
  expect(Object.keys(ResponseMessage.fields.client_resp.cases)).toEqual([
    ...Object.keys(RequestMessage.fields.client_req.cases),
    'ServerError',
  ])
  const answers = Object.values(ResponseMessage.fields.client_resp.cases).map(({ number }) => number)
  expect(answers).toEqual([...tags, 50])
})
