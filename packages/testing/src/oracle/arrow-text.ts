import { DataType, tableFromIPC, type Vector } from 'apache-arrow'

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** The stored values: for dates and times the integers on the wire, not what the library makes of them. */
function rawValues(column: Vector): unknown[] {
  const out: unknown[] = []
  for (const data of column.data) {
    const plain = DataType.isDate(data.type) || DataType.isTimestamp(data.type)
    for (let i = 0; i < data.length; i++) {
      out.push(!data.getValid(i) ? null : plain ? data.values[i] : column.get(out.length))
    }
  }
  return out
}

/** The dictionary of a column in the order of the wire. */
function words(column: Vector): string {
  const values = column.data[0]?.dictionary?.toArray() ?? []
  return `[${Array.from(values, cell).join(' ')}]`
}

/**
 * An Arrow stream as text, one line per column: name, type, nullability, dictionary in its order, values (floats in
 * full, nulls by the validity buffer). Two streams with the same text hold the same table.
 */
export function arrowText(bytes: Uint8Array): string {
  const table = tableFromIPC(bytes)
  const batches = table.batches.length === 1 ? '' : ` in ${table.batches.length} batches`
  const lines = table.schema.fields.map((field, i) => {
    const column = table.getChildAt(i)!
    const dictionary = DataType.isDictionary(field.type) ? ` ${words(column)}` : ''
    const type = `${field.type}${field.nullable ? '' : ' not null'}`
    return `${JSON.stringify(field.name)} ${type}${dictionary}: ${rawValues(column).map(cell).join(' ')}`
  })
  const metadata = table.schema.metadata.size ? [`metadata ${JSON.stringify([...table.schema.metadata])}`] : []
  return [`arrow, ${table.numRows} rows${batches}`, ...metadata, ...lines].join('\n')
}
