export * from '@tablecast/gateway'
export { type Tablecast, tablecast } from './tablecast.js'
