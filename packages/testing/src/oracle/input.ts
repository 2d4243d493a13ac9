import { encodeArrow } from './arrow-data.js'
import type { Data } from './case.js'

type Format = 'csv' | 'json' | 'columns' | 'arrow' | 'ndjson'

/** The text or bytes that a piece of data is on the wire, for every format but schemas and views. */
export function dataText(data: Exclude<Data, { format: 'schema' | 'view' }>): string | Uint8Array {
  switch (data.format) {
    case 'json':
      return `[${data.rows.join(',')}]`
    case 'ndjson':
      return data.rows.join('\n')
    case 'columns':
      return `{${data.columns.map(([name, cells]) => `${JSON.stringify(name)}:[${cells.join(',')}]`).join(',')}}`
    case 'csv':
      return [data.header, ...data.rows].join(data.eol ?? '\n')
    case 'arrow':
      return encodeArrow(data.columns, data.batches, data.file)
    case 'text':
      return data.text
    case 'bytes':
      return Uint8Array.from(Buffer.from(data.base64, 'base64'))
  }
}

/** What is passed to `client.table` or `table.update`, and the `format` option that goes with it. */
export function tableInput<V>(data: Data, view: (label: string) => V) {
  // The client's own declarations do not list views and typed arrays, though it takes them.
  type Input = Parameters<import('./link.js').Client['table']>[0]
  let input: unknown
  let format: Format | undefined
  if (data.format === 'schema') input = Object.fromEntries(data.schema)
  else if (data.format === 'view') input = view(data.view)
  else {
    const text = dataText(data)
    input = typeof text === 'string' ? text : text.buffer.slice(text.byteOffset, text.byteOffset + text.byteLength)
    format = data.format === 'text' ? data.as : data.format === 'bytes' ? 'arrow' : data.format
  }
  return { data: input as Input, format }
}
