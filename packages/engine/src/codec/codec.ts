import type { Pieces } from '../pieces.js'
import { lz4 } from './lz4.js'
import { zstd } from './zstd.js'

/** The compressions of Arrow buffers. */
export type CodecName = 'lz4' | 'zstd'

/** Compresses and restores one buffer. */
export interface Codec {
  /** One self-contained frame. */
  compress(bytes: Uint8Array): Pieces<Uint8Array>
  /** The `length` bytes of a frame; throws, or gives another length, when the frame does not hold them. */
  decompress(frame: Uint8Array, length: number): Uint8Array
}

export function codecFor(name: CodecName): Codec {
  return name === 'lz4' ? lz4 : zstd
}
