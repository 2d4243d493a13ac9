declare const console: { error(...parts: unknown[]): void }

/** For faults that no caller waits for: a callback that threw, an error response to a notification. */
export function reportFault(fault: unknown): void {
  console.error('tablecast:', fault)
}

/** Runs a user's callback; what it throws, now or later, is reported and stops nothing. */
export function notify(callback: () => unknown): void {
  try {
    Promise.resolve(callback()).catch(reportFault)
  } catch (fault) {
    reportFault(fault)
  }
}
