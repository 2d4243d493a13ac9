/** Every close code the gateway sends by itself. 4000 and above are Tablecast's own (RFC 6455, 7.4.2). */
export const closeCodes = {
  /** The handler or its peer is done. */
  normal: 1000,
  /** The server is going away (drain). */
  goingAway: 1001,
  /** The peer broke the WebSocket protocol; sent by `ws`. */
  protocolError: 1002,
  /** A text message to an endpoint that speaks binary only, or the other way round. */
  unsupportedData: 1003,
  /** Text that is not UTF-8; sent by `ws`. */
  invalidPayload: 1007,
  /** A message in more pieces than `ws` puts up with (16,384). */
  policyViolation: 1008,
  /** A message above `limits.payloadBytes`. */
  tooBig: 1009,
  /** A receiver failed. The reason says no more than that; the error goes to the log. */
  internalError: 1011,
  /** The server restarts; connect again. */
  serviceRestart: 1012,
  /** No answer to the heartbeat. */
  heartbeat: 4408,
  /** The peer did not read what was sent to it: full past `limits.stallMillis`, or above `limits.maxBufferBytes`. */
  stalled: 4413,
  /** For longer than `limits.stallMillis` more messages (pings count as well) or bytes per second than `limits` allow. */
  rate: 4429,
} as const

/** A name of `closeCodes`. */
export type CloseName = keyof typeof closeCodes

/** True when the code may be put into a close frame (RFC 6455, 7.4). */
export function isSendableCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false
  if (code >= 3000) return code <= 4999
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006
}

/** The reason cut to the 123 bytes a close frame has for it, never inside a character. */
export function fitReason(reason: string): string {
  const bytes = Buffer.from(reason)
  if (bytes.length <= 123) return reason
  let end = 123
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}
