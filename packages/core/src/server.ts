export type { Disk, DiskPage } from '@tablecast/engine'
export { Server, type ServerOptions } from './server/server.js'
export type { SendFrame, Session, SessionOptions, TableVerb } from './server/session.js'
