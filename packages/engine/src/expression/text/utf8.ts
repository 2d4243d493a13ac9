/** Length of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes++
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      bytes += 2
      i++
    } else bytes += 2
  }
  return bytes
}

/** The part of a text between two places in its UTF-8; a character cut by either is left out. */
export function sliceBytes(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to)
  let start = -1
  let end = 0
  let bytes = 0
  for (let i = 0; i < text.length; ) {
    const point = text.codePointAt(i)!
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    const width = point < 0x10000 ? 1 : 2
    if (bytes >= from && bytes + size <= to) {
      if (start < 0) start = i
      end = i + width
    }
    bytes += size
    i += width
  }
  return start < 0 ? '' : text.slice(start, end)
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
