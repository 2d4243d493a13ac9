export * from '@tablecast/gateway'
export { tablecast } from './tablecast.js'
