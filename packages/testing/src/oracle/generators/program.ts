import type { Step } from '../case.js'
import type { Random } from '../random.js'
import { ProgramWriter } from './programs.js'
import { randomColumns, randomData, randomShape, type TableShape } from './tables.js'
import { jsonCell, presentValue } from './values.js'

/** How many programs a case has. */
const PROGRAMS = 10

/** A row without nulls: the real engine types `col` and `index` by the first row of the table (docs/differences.md). */
function firstRow(random: Random, shape: TableShape): string {
  const cells = shape.columns.map(({ name, type }) => {
    const value = presentValue(random, type, true, true)
    return `${JSON.stringify(name)}:${jsonCell(random, type, Object.is(value, -0) ? 0 : value)}`
  })
  return `{${cells.join(',')}}`
}

/** Programs over all of the language, each validated, and computed in a view of its own. */
export function programCase(random: Random): Step[] {
  const { limit: _, ...shape } = randomShape(random, 't', randomColumns(random, 3, 8))
  if (shape.index?.type === 'boolean') delete shape.index
  const { columns, index } = shape
  const writer = new ProgramWriter(random, columns, index?.type)
  const texts = Array.from({ length: PROGRAMS }, () => writer.write())
  const expressions = Object.fromEntries(texts.map((text, i) => [`e${i}`, text]))
  return [
    {
      do: 'table',
      table: 't',
      data: { format: 'schema', schema: columns.map(({ name, type }) => [name, type]) },
      ...(index && { options: { index: index.name } }),
    },
    { do: 'update', table: 't', data: { format: 'json', rows: [firstRow(random, shape)] } },
    { do: 'update', table: 't', data: randomData(random, shape, 1, 12, { exact: true }) },
    { do: 'validate', table: 't', expressions },
    ...texts.flatMap((text, i): Step[] => [
      { do: 'view', table: 't', view: `v${i}`, config: { columns: [`e${i}`], expressions: { [`e${i}`]: text } } },
      { do: 'read', view: `v${i}`, as: 'json' },
    ]),
  ]
}
