/** The parts of a frame that the oracle looks at. */
export interface FrameHead {
  msgId: number
  /** Field number of the request or response inside, 0 when there is none. */
  tag: number
}

/** Reads message id and variant of a `Request` or `Response` without decoding the rest; a broken frame gives zeros. */
export function frameHead(bytes: Uint8Array): FrameHead {
  const head = { msgId: 0, tag: 0 }
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    return value
  }
  while (at < bytes.length) {
    const key = varint()
    const field = Math.floor(key / 8)
    const wire = key % 8
    const value = varint()
    if (field === 1 && wire === 0) head.msgId = value
    else if (field > 2) head.tag = field
    if (wire === 2) at += value
    else if (wire !== 0) return head
  }
  return head
}
