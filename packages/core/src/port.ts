export { EngineLink, type LinkedServer } from './port/engine-link.js'
export type { Port } from './port/port.js'
export { RemoteServer, type RemoteServerOptions } from './port/remote-server.js'
export { servePort } from './port/serve-port.js'
