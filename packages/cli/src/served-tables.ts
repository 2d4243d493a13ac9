/** What the page asks for first, as `tables.json`. */
export interface ServedTables {
  /** In the order of the command line. */
  readonly tables: readonly string[]
  /** Whether what is typed into the grid is written back. */
  readonly editable: boolean
}
