import { performance } from 'node:perf_hooks'
import { connect, type Side } from '../row.js'

// From a started Node to a first table that answers, in milliseconds: loading the package is most of it.

const start = performance.now()
const client = await connect(process.argv[2] as Side)
const table = await client.table([
  { symbol: 'A', price: 1.5 },
  { symbol: 'B', price: 2.5 },
])
const size = await table.size()
const value = performance.now() - start
process.send!({ value, answer: JSON.stringify([size, await table.schema()].flat()) })
