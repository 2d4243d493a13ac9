import type { Client, Table, View } from '@tablecast/core/client'

/** What the steps of a tour share. */
export interface TourState {
  readonly client: Client
  readonly tables: Record<string, Table>
  readonly views: Record<string, View>
  /** What callbacks were given, since the last look. */
  readonly events: unknown[]
  readonly ids: Record<string, number>
  /** Waits until nothing is under way. */
  settle(): Promise<void>
}

/** One call of the API, with what it resolves to. */
export interface TourStep {
  readonly name: string
  run(state: TourState): Promise<unknown>
}

/** An empty list of steps, and what adds one. */
export function stepList() {
  const steps: TourStep[] = []
  return { steps, step: (name: string, run: TourStep['run']) => void steps.push({ name, run }) }
}

export async function about(table: Table) {
  return [
    await table.get_name(),
    await table.get_index(),
    await table.get_limit(),
    await table.size(),
    await table.schema(),
  ]
}

export async function typedArrays(view: View, window: Parameters<View['with_typed_arrays']>[0]) {
  let seen: unknown
  await view.with_typed_arrays(window, (names, values, validities, dictionaries) => {
    seen = names.map((name, i) => [name, values[i]!.slice(), validities[i]?.slice() ?? null, dictionaries[i]])
  })
  return seen
}

export async function takeEvents({ events, settle }: TourState): Promise<unknown[]> {
  await settle()
  return events.splice(0)
}

export const named = (name: string) => !/^[A-Za-z]{21}$/.test(name)
