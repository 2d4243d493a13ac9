import type { Data, Json, Step } from '../case.js'
import type { Random } from '../random.js'
import { read } from './reads.js'

type Mode = 'zip' | 'cartesian' | 'stringify' | undefined
type Shape = 'integer' | 'text' | 'list' | 'texts' | 'object' | 'objects'

interface NestedColumn {
  readonly name: string
  readonly shape: Shape
}

const scalar = (random: Random, shape: Shape): Json =>
  shape === 'texts' || shape === 'text' ? random.pick(['a', 'b', 'x"y', 'é']) : random.int(-3, 9)

function object(random: Random): Json {
  return {
    ...(random.chance(0.9) && { p: scalar(random, 'integer') }),
    ...(random.chance(0.7) && { q: random.roll('null') ? null : scalar(random, 'text') }),
    ...(random.chance(0.3) && { r: { s: scalar(random, 'integer') } }),
  }
}

/** A cell; lists have `length` elements. */
function cell(random: Random, shape: Shape, length: number): Json {
  if (random.roll('null')) return null
  if (shape === 'object') return object(random)
  const elements = { list: 'integer', texts: 'text', objects: 'object' } as const
  if (shape === 'integer' || shape === 'text') return scalar(random, shape)
  return Array.from({ length }, () => cell(random, elements[shape], 0))
}

/** In JSON rows the real engine loses a last row without lists, when others have some (docs/differences.md). */
function withLists(random: Random, columns: readonly NestedColumn[], row: { [name: string]: Json }): void {
  for (const { name, shape } of columns)
    if (shape.endsWith('s') || shape === 'list') row[name] ??= shape === 'objects' ? [object(random)] : []
}

function rowOf(random: Random, columns: readonly NestedColumn[], key: number | null): { [name: string]: Json } {
  // Lists that are zipped are mostly of one length.
  const length = random.int(0, 3)
  // One that is always there: the real engine passes over NDJSON without any (docs/differences.md).
  const row: { [name: string]: Json } = key === null ? { n: scalar(random, 'integer') } : { id: key }
  for (const { name, shape } of columns) {
    if (random.chance(0.08)) continue
    row[name] = cell(random, shape, random.chance(0.06) ? random.int(0, 3) : length)
  }
  return row
}

function dataOf(random: Random, columns: readonly NestedColumn[], keyed: boolean): Data {
  const rows = random.times(1, 5, (i) => rowOf(random, columns, keyed ? i + random.int(0, 2) : null))
  const format = random.weighted({ json: 5, columns: 2, ndjson: 1 })
  if (format === 'json') withLists(random, columns, rows.at(-1)!)
  if (format !== 'columns') return { format, rows: rows.map((row) => JSON.stringify(row)) }
  const names = [keyed ? 'id' : 'n', ...columns.map(({ name }) => name)]
  return { format, columns: names.map((name) => [name, rows.map((row) => JSON.stringify(row[name] ?? null))]) }
}

/** Objects and lists in JSON, in every mode of `list_flatten`: a table of them, and updates. */
export function nestedCase(random: Random): Step[] {
  const mode: Mode = random.pick(['zip', 'cartesian', 'stringify', undefined])
  // The real engine refuses objects where lists are to be text (docs/differences.md).
  const shapes: readonly Shape[] =
    mode === 'stringify'
      ? ['integer', 'text', 'list', 'texts']
      : ['integer', 'text', 'list', 'texts', 'object', 'objects', 'list']
  const columns = random.times(1, 4, (i): NestedColumn => ({ name: `c${i}`, shape: random.pick(shapes) }))
  const keyed = random.chance(0.3)
  const options = { ...(mode && { list_flatten: mode }), ...(keyed && { index: 'id' }) }
  const steps: Step[] = [
    {
      do: 'table',
      table: 't',
      data: dataOf(random, columns, keyed),
      ...(Object.keys(options).length > 0 && { options }),
    },
    { do: 'schema', table: 't' },
    { do: 'columns', table: 't' },
    { do: 'view', table: 't', view: 'v' },
    { do: 'on_update', view: 'v', label: 'update', mode: 'row' },
    read(random, 'v', 'json'),
  ]
  for (let turn = random.int(0, 3); turn > 0; turn--)
    steps.push({ do: 'update', table: 't', data: dataOf(random, columns, keyed) }, read(random, 'v', 'columns'))
  return [...steps, { do: 'read', view: 'v', as: 'arrow' }, { do: 'size', table: 't' }]
}
