/** The bits of a frame's first byte: the only frame of its message, which is text or binary (RFC 6455, 5.2). */
const wholeText = 0x81
const wholeBinary = 0x82

/**
 * The head of a frame that is a whole message, as a server sends it: neither masked nor compressed.
 *
 * @param length of the payload, in bytes.
 * @param room bytes to leave behind the head, for the beginning of the payload.
 * @returns head and room; `room` bytes at its end are not written yet.
 */
export function frameHead(binary: boolean, length: number, room: number): Buffer {
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const head = Buffer.allocUnsafe(size + room)
  head[0] = binary ? wholeBinary : wholeText
  if (size === 2) head[1] = length
  else if (size === 4) {
    head[1] = 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 127
    head.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    head.writeUInt32BE(length >>> 0, 6)
  }
  return head
}
