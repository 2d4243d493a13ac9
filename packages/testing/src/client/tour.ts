import { joinSteps } from './tour/joins.js'
import { notificationSteps } from './tour/notifications.js'
import type { TourStep } from './tour/step.js'
import { tableSteps } from './tour/tables.js'
import { viewSteps } from './tour/views.js'

/** Calls of every method, in an order in which each builds on those before it. */
export const tour: readonly TourStep[] = [...tableSteps, ...viewSteps, ...notificationSteps, ...joinSteps]
