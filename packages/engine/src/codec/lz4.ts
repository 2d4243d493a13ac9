import { TablecastError } from '../error.js'
import type { Codec } from './codec.js'

// LZ4 frames (lz4_Frame_format.md 1.6) as Arrow uses them. Own code since the libraries that run everywhere are either
// WebAssembly that reads no frames or unkept and slow: lz4js was measured at 40 MB/s and 100 µs for 400 bytes, and
// loops for as long as a lying block size tells it to.

const MAGIC = 0x184d2204
/** Magic, then: version 1, independent blocks, blocks of 64 KB, and the checksum byte of just those flags. */
const HEADER = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82)
const BLOCK = 65_536
/** Eight bytes are about as much work as a cell of a text. */
const BLOCK_CELLS = BLOCK / 8
const STORED = 0x80000000
const HASH_BITS = 13
/** The last five bytes of a block are literals, and its last match starts at least twelve bytes before the end. */
const LAST_LITERALS = 5
const MATCH_LIMIT = 12

/** Position + 1 in the block by hash of four bytes. */
const positions = new Uint32Array(1 << HASH_BITS)

export const lz4: Codec = {
  *compress(bytes) {
    const blocks = Math.ceil(bytes.length / BLOCK)
    const out = new Uint8Array(HEADER.length + bytes.length + blocks * 4 + Math.ceil(BLOCK / 255) + 64)
    const view = new DataView(out.buffer)
    out.set(HEADER)
    let at = HEADER.length
    for (let start = 0; start < bytes.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, bytes.length)
      const size = compressBlock(bytes, start, end, out, at + 4)
      if (size < end - start) {
        view.setUint32(at, size, true)
        at += 4 + size
      } else {
        view.setUint32(at, end - start + STORED, true)
        out.set(bytes.subarray(start, end), at + 4)
        at += 4 + end - start
      }
      yield BLOCK_CELLS
    }
    // The end mark is the four zeros.
    view.setUint32(at, 0, true)
    return out.subarray(0, at + 4)
  },

  decompress(frame, length) {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
    const out = new Uint8Array(length)
    if (frame.length < 11 || view.getUint32(0, true) !== MAGIC) throw malformed('it has no frame header')
    const flags = frame[4]!
    if (flags >> 6 !== 1) throw malformed('its version is not 1')
    if ((flags & 1) !== 0) throw malformed('it needs a dictionary')
    const blockChecksum = (flags & 16) !== 0 ? 4 : 0
    let at = 7 + ((flags & 8) !== 0 ? 8 : 0)
    let written = 0
    for (;;) {
      if (at + 4 > frame.length) throw malformed('it is cut off')
      const head = view.getUint32(at, true)
      if (head === 0) break
      const size = head & ~STORED
      at += 4
      if (at + size > frame.length) throw malformed('it is cut off')
      if (head >= STORED) {
        if (written + size > length) throw malformed('it holds more than announced')
        out.set(frame.subarray(at, at + size), written)
        written += size
      } else {
        written = decompressBlock(frame, at, at + size, out, written)
      }
      at += size + blockChecksum
    }
    if (written !== length) throw malformed(`it holds ${written} bytes, announced were ${length}`)
    return out
  },
}

function malformed(why: string): TablecastError {
  return new TablecastError('invalid-data', `Malformed LZ4 frame: ${why}`)
}

/** Writes `bytes[start … end)` as one block at `at` and says its size; at least `end - start` when it does not shrink. */
function compressBlock(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  const from = at
  let literals = start
  const lastMatch = end - MATCH_LIMIT
  if (end - start > MATCH_LIMIT) {
    positions.fill(0)
    let misses = 0
    for (let i = start; i <= lastMatch; ) {
      const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
      const hash = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS)
      const candidate = positions[hash]! - 1 + start
      positions[hash] = i - start + 1
      if (
        candidate < start ||
        i - candidate > 65_535 ||
        bytes[candidate] !== bytes[i] ||
        bytes[candidate + 1] !== bytes[i + 1] ||
        bytes[candidate + 2] !== bytes[i + 2] ||
        bytes[candidate + 3] !== bytes[i + 3]
      ) {
        // The longer nothing matches, the bigger the steps: what does not compress is passed quickly.
        i += 1 + (misses++ >> 6)
        continue
      }
      misses = 0
      let length = 4
      const limit = end - LAST_LITERALS - i
      while (length < limit && bytes[candidate + length] === bytes[i + length]) length++
      // Not smaller than the input any more: the caller stores it.
      if (at - from + (i - literals) + 16 > end - start) return end - start
      at = sequence(bytes, literals, i, length - 4, out, at)
      at = matchTail(i - candidate, length - 4, out, at)
      i += length
      literals = i
    }
  }
  const rest = end - literals
  if (at - from + rest + Math.ceil(rest / 255) + 1 >= end - start) return end - start
  return sequence(bytes, literals, end, 0, out, at) - from
}

/** Token, literal length and literals; `match` is the match length minus 4. */
function sequence(bytes: Uint8Array, from: number, to: number, match: number, out: Uint8Array, at: number): number {
  const count = to - from
  out[at++] = (Math.min(count, 15) << 4) | Math.min(match, 15)
  if (count >= 15) at = lengthBytes(count - 15, out, at)
  for (let i = from; i < to; i++) out[at++] = bytes[i]!
  return at
}

function matchTail(offset: number, match: number, out: Uint8Array, at: number): number {
  out[at++] = offset & 255
  out[at++] = offset >> 8
  return match >= 15 ? lengthBytes(match - 15, out, at) : at
}

function lengthBytes(rest: number, out: Uint8Array, at: number): number {
  for (; rest >= 255; rest -= 255) out[at++] = 255
  out[at++] = rest
  return at
}

/** Restores the block `from … end` of `frame` at `written` and says where it ends. */
function decompressBlock(frame: Uint8Array, from: number, end: number, out: Uint8Array, written: number): number {
  let at = from
  let to = written
  while (at < end) {
    const token = frame[at++]!
    let count = token >> 4
    if (count === 15) {
      let byte = 255
      while (byte === 255 && at < end) count += byte = frame[at++]!
    }
    if (at + count > end || to + count > out.length) throw malformed('a block holds more than announced')
    if (count > 32) {
      out.set(frame.subarray(at, at + count), to)
      at += count
      to += count
    } else {
      for (const stop = at + count; at < stop; ) out[to++] = frame[at++]!
    }
    if (at >= end) break
    if (at + 2 > end) throw malformed('a block is cut off')
    const offset = frame[at]! | (frame[at + 1]! << 8)
    at += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let byte = 255
      while (byte === 255 && at < end) length += byte = frame[at++]!
    }
    let source = to - offset
    if (offset === 0 || source < 0) throw malformed('a match starts before the data')
    if (to + length > out.length) throw malformed('a block holds more than announced')
    if (length > 32 && offset >= length) {
      out.copyWithin(to, source, source + length)
      to += length
    } else {
      // Byte by byte: a match may overlap what it writes.
      for (const stop = to + length; to < stop; ) out[to++] = out[source++]!
    }
  }
  return to
}
