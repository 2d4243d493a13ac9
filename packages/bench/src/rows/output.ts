import { type PairRow, type PeerView, sameCalls } from '../row.js'
import { loadMarket } from './market.js'

function outputRow(name: string, floor: number, read: (view: PeerView) => Promise<string>): PairRow {
  return sameCalls(name, floor, async (client) => {
    const table = await loadMarket(client, { rows: 100_000 })
    const view = await table.view()
    return {
      // Answers are kept for as long as the table stays as it is.
      before: () =>
        table.update([{ id: -1, price: 0.25, quantity: 1, symbol: 'SYM000', side: 'buy', venue: 'VENUEA' }]),
      run: () => read(view),
      answer: (text) => `${(text as string).length} ${(text as string).slice(0, 200)} ${(text as string).slice(-200)}`,
    }
  })
}

export const outputRows: readonly PairRow[] = [
  outputRow('JSON rows out 100k', 1.5, (view) => view.to_json_string()),
  outputRow('JSON columns out 100k', 1.5, (view) => view.to_columns_string()),
  outputRow('CSV out 100k', 1.5, (view) => view.to_csv()),
]
