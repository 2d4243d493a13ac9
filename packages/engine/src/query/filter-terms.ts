import type { Scalar, Storage } from '../columns/storage.js'
import { columnType } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import { parseTime } from '../read/date-parse.js'
import type { FilterOp } from './config.js'

const OPS: Readonly<Record<string, FilterOp>> = {
  '==': '==',
  '!=': '!=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
  'begins with': 'begins with',
  startswith: 'begins with',
  'not begins with': 'not begins with',
  'not startswith': 'not begins with',
  'ends with': 'ends with',
  endswith: 'ends with',
  'not ends with': 'not ends with',
  'not endswith': 'not ends with',
  contains: 'contains',
  'not contains': 'not contains',
  matches: 'matches',
  'not matches': 'not matches',
  in: 'in',
  'not in': 'not in',
  'is null': 'is null',
  'is None': 'is null',
  'is not null': 'is not null',
  'is not None': 'is not null',
}

/** The operator of a filter; throws the reference's text for an unknown one. */
export function filterOp(text: string): FilterOp {
  const op = Object.hasOwn(OPS, text) ? OPS[text] : undefined
  if (op === undefined) throw new TablecastError('invalid-argument', `Unknown filter operator string: \`${text}\`\n`)
  return op
}

/**
 * A filter's term as a column of `storage` compares it: dates as days, datetimes as ms, integers truncated but not made to
 * fit, float32 rounded. Null stays null; a boolean for a date, datetime or string column stays a boolean, which compares by kind
 * only. Throws the reference's texts when the term cannot be one of the column's.
 */
export function coerceTerm(storage: Storage, term: Scalar): Scalar {
  if (term === null) return null
  switch (columnType(storage)) {
    case 'integer':
      return integerTerm(storage, term)
    case 'float': {
      const value = typeof term === 'string' ? numberPrefix(term, 'stod') : Number(term)
      return storage === 'float32' ? Math.fround(value) : value
    }
    case 'boolean':
      // The reference takes any text, "true" included, as false: PROTOCOL.md, a quirk dashboards may have saved.
      return typeof term === 'string' ? false : Number(term) === 1
    case 'string':
      if (typeof term === 'number' || typeof term === 'bigint') {
        throw new TablecastError('invalid-argument', 'Unsupported double type: 19')
      }
      return term
    case 'date': {
      if (typeof term === 'boolean') return term
      const ms = typeof term === 'string' ? dateTerm(term) : Math.trunc(Number(term) / 1000) * 1000
      if (!(Math.abs(ms) <= LAST_MS)) throw new TablecastError('invalid-argument', 'Invalid date format')
      return Math.floor(ms / 86_400_000)
    }
    case 'datetime':
      if (typeof term === 'boolean') return term
      return typeof term === 'string' ? dateTerm(term) : Math.trunc(Number(term)) + 0
  }
}

/** The last instant of a JavaScript Date, and of every calendar that a number may be meant for. */
const LAST_MS = 8.64e15

function dateTerm(text: string): number {
  const time = parseTime(text)
  if (time === null) throw new TablecastError('invalid-argument', 'Invalid date format')
  return time.ms
}

function integerTerm(storage: Storage, term: Exclude<Scalar, null>): number {
  const value = typeof term === 'string' ? numberPrefix(term, readerOf(storage)) : Number(term)
  // `+ 0`: an integer has no -0.
  return Math.trunc(value) + 0
}

type Reader = 'stod' | 'stoi' | 'stoul' | 'stoll' | 'stoull'

/** What the reference reads the text of an integer with, which its errors name. */
function readerOf(storage: Storage): Reader {
  const isUnsigned = storage.startsWith('u')
  if (storage.endsWith('64')) return isUnsigned ? 'stoull' : 'stoll'
  return isUnsigned ? 'stoul' : 'stoi'
}

/** The largest number of those readers that refuse one. */
const LARGEST: Partial<Record<Reader, number>> = { stoi: 2_147_483_648, stoul: 4_294_967_295 }

/** The number a text starts with, as the C library the reference calls reads it. */
function numberPrefix(text: string, call: Reader): number {
  const pattern =
    call === 'stod' ? /^\s*([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan))/i : /^\s*([+-]?\d+)/
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new TablecastError('invalid-argument', `${call}: no conversion`)
  if (/nan/i.test(found)) return Number.NaN
  if (/inf/i.test(found)) return found.startsWith('-') ? -Infinity : Infinity
  const value = Number(found)
  if (Math.abs(value) > (LARGEST[call] ?? Number.POSITIVE_INFINITY)) {
    throw new TablecastError('invalid-argument', `${call}: out of range`)
  }
  return value
}
