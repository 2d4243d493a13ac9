/** A frame as bytes of its own. */
export function whole(frame: Uint8Array | readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (frame instanceof Uint8Array) return frame.slice()
  const bytes = new Uint8Array(frame.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of frame) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
