import { readFileSync } from 'node:fs'
import { connect, type Side } from '../row.js'

// By how many megabytes a process grows (RSS) when it loads the Arrow file it is given, and keeps only the table.

const [side, file] = process.argv.slice(2)
const client = await connect(side as Side)
await (await client.table([{ a: 1 }])).delete()

const rss = async () => {
  // What the load left behind is no part of the table: let the collector, and what frees buffers after it, run.
  for (let i = 0; i < 3; i++) {
    globalThis.gc!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage.rss()
}
const before = await rss()
const table = await client.table(readFileSync(file!).buffer as ArrayBuffer)
const size = await table.size()
const value = ((await rss()) - before) / 2 ** 20
process.send!({ value, answer: `${size} rows` })
