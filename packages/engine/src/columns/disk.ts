/** Bytes that were put away. */
export interface DiskPage {
  /** The bytes as they were. Throws when they cannot be read. */
  read(): Uint8Array
  /** Frees the place; it is not read again. */
  free(): void
}

/** Where the columns of tables made with `page_to_disk` wait while nobody uses them. Synchronous, as columns are. */
export interface Disk {
  /** Puts the parts away, one after the other. Throws when there is no room. */
  write(parts: readonly Uint8Array[]): DiskPage
}
