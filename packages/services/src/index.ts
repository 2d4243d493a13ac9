export { readConfig, type ServicesConfig, type ServicesFlags } from './config.js'
export { defaultServiceLimits, type Farewell, farewells, type ServiceLimits } from './running-service.js'
export { Services, type ServicesOptions } from './services.js'
