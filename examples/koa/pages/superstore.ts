// Superstore: a table that holds still, pivoted. The server computes the pivot; the page gets the cells it shows.
import { connect, viewer } from './live.js'

const client = await connect(async () => {})

await viewer.load(client)
await viewer.restore({
  table: 'superstore',
  title: 'superstore',
  group_by: ['Region', 'State'],
  split_by: ['Category'],
  columns: ['Sales', 'Profit'],
})
