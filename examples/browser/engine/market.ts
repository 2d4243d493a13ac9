/** The columns of the `market` table. */
export const marketSchema = {
  security: 'string',
  client: 'string',
  open: 'float',
  high: 'float',
  low: 'float',
  close: 'float',
  lastUpdate: 'datetime',
  date: 'date',
} as const

/** The columns of the `orders` table, which people edit. */
export const ordersSchema = {
  order: 'integer',
  security: 'string',
  client: 'string',
  quantity: 'integer',
  price: 'float',
  open: 'boolean',
  due: 'date',
  note: 'string',
} as const

const clients = ['Ada', 'Barbara', 'Donald', 'Edsger', 'Frances', 'Grace', 'John', 'Leslie', 'Margaret', 'Niklaus']

/** The last price of each security: where its next trade opens. */
const prices = new Map([
  ['AAPL', 228.5],
  ['AMD', 161.2],
  ['AMZN', 205.7],
  ['CSCO', 57.3],
  ['GOOGL', 176.9],
  ['IBM', 243.1],
  ['INTC', 23.4],
  ['META', 604.6],
  ['MSFT', 427.8],
  ['NFLX', 896.4],
  ['NVDA', 138.3],
  ['ORCL', 187.2],
  ['TSLA', 342.7],
])

const pick = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)] as T

const cents = (price: number): number => Math.round(price * 100) / 100

/** A random price at most one percent away from `price`. */
const near = (price: number): number => Math.max(1, cents(price * (0.99 + Math.random() * 0.02)))

/** Makes `count` random trades: a random walk of each security's price. */
export function trades(count: number) {
  const now = Date.now()
  return Array.from({ length: count }, () => {
    const security = pick([...prices.keys()])
    const open = prices.get(security) as number
    const path = [open, near(open), near(open), near(open)]
    const close = path[3] as number
    prices.set(security, close)
    return {
      security,
      client: pick(clients),
      open,
      high: Math.max(...path),
      low: Math.min(...path),
      close,
      lastUpdate: now,
      date: now,
    }
  })
}

/** Makes `count` random orders, numbered from 1. */
export function orders(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const security = pick([...prices.keys()])
    return {
      order: i + 1,
      security,
      client: pick(clients),
      quantity: 100 * (1 + Math.floor(Math.random() * 10)),
      price: near(prices.get(security) as number),
      open: true,
      due: Date.now() + (1 + Math.floor(Math.random() * 30)) * 24 * 60 * 60 * 1000,
      note: '',
    }
  })
}
