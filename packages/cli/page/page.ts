// One table in the viewer, chosen by `?table=`, and links to the others. The connection and its status line are those of
// the example's pages.
import { connect, countTick, viewer } from '../../../examples/fastify/pages/live.js'
import type { ServedTables } from '../src/served-tables.js'

const { tables, editable }: ServedTables = await (await fetch('./tables.json')).json()
const asked = new URL(location.href).searchParams.get('table')
const shown = tables.find((name) => name === asked) ?? tables[0]
if (shown === undefined) throw new Error('there is no table')
document.title = `${shown} · Tablecast`

document.querySelector('#tables')!.append(
  ...tables.map((name) => {
    const link = document.createElement('a')
    link.textContent = name
    link.href = `?table=${encodeURIComponent(name)}`
    if (name === shown) link.setAttribute('aria-current', 'page')
    return link
  }),
)

const client = await connect(async (client) => {
  const table = await client.open_table(shown)
  const view = await table.view({ columns: (await table.columns()).slice(0, 1) })
  await view.on_update(countTick)
})

await viewer.load(client)
await viewer.restore({ table: shown, title: shown, plugin_config: editable ? { edit_mode: 'EDIT' } : {} })
