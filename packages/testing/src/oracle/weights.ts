/**
 * How often generators choose something, as probabilities. Override on the command line: `--weight null=0.5`.
 */
export const weights = {
  /** A cell is null. */
  null: 0.12,
  /** A cell comes from the edge of its type (NaN, infinities, extreme dates, odd text). */
  edge: 0.06,
  /** A text cell is written in a form that has to be coerced ("5" for 5). */
  coerced: 0.02,
  /** A table has an index. */
  index: 0.5,
  /** A table without an index has a limit. */
  limit: 0.3,
  /** A row leaves out some columns. */
  partial: 0.3,
  /** A batch has a column that the table does not have. */
  unknownColumn: 0.06,
  /** A batch addresses rows by `__INDEX__`. */
  indexColumn: 0.06,
  /** Several calls reach the server before it polls. */
  batch: 0.1,
  /** A second client takes part. */
  secondClient: 0.12,
  /** Something that should fail is asked for. */
  mistake: 0.03,
  /** A read has a viewport or options. */
  window: 0.4,
  /** A mutation goes through a port of its own. */
  port: 0.2,
}

export type WeightName = keyof typeof weights
