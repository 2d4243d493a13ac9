// For those who write a host (an adapter to a framework). Applications need only the main entry point.
export type { Admission } from './admission.js'
export { adopt, isManaged } from './admission.js'
export { type Attached, attached } from './attached.js'
export { Gateway } from './gateway.js'
export type { GatewayOptions } from './gateway-options.js'
export { type HostRequest, Refusal } from './handshake.js'
export { attach, hangUp, sendResponse, watchUpgrades } from './node-server.js'
