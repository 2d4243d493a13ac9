// The module of an engine in a worker: a server without tables.
import { Server } from '@tablecast/core'

export default new Server({ report() {} })
