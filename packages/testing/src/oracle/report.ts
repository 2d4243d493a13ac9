import type { Difference } from './compare.js'
import type { Phase, Verdict } from './judge.js'
import type { Minimal } from './worker.js'

interface Group {
  count: number
  examples: { seed: number; difference: Difference; minimal?: Minimal }[]
}

/** Where two texts part, with some of what is around it. */
function parting(real: string, ours: string): [string, string] {
  let at = 0
  while (at < real.length && real[at] === ours[at]) at++
  const start = at < 200 ? 0 : at - 100
  const part = (text: string) =>
    `${start ? '…' : ''}${text.slice(start, at + 300)}${text.length > at + 300 ? '…' : ''}`.replaceAll(
      '\n',
      '\n         ',
    )
  return [part(real), part(ours)]
}

/** Counts verdicts of one category and groups differences by signature. */
export class Report {
  readonly #category: string
  readonly #show: number
  readonly #started = performance.now()
  readonly #groups = new Map<string, Group>()
  readonly #known = new Map<string, number>()
  readonly #crashes: string[] = []
  #cases = 0
  #errors = 0
  #answers = 0
  different = 0

  constructor(category: string, show: number) {
    this.#category = category
    this.#show = show
  }

  signatures(): string[] {
    return [...this.#groups].filter(([, group]) => group.examples.length >= this.#show).map(([signature]) => signature)
  }

  add(seed: number, verdict: Verdict, minimal?: Minimal): void {
    this.#cases++
    switch (verdict.outcome) {
      case 'same':
        this.#errors += verdict.errors
        this.#answers += verdict.answers
        break
      case 'known':
        for (const id of verdict.ids) this.#known.set(id, (this.#known.get(id) ?? 0) + 1)
        break
      case 'crash':
        this.#crashes.push(`seed ${seed} step ${verdict.step}: ${verdict.text}`)
        break
      case 'different': {
        this.different++
        const { difference } = verdict
        const group = this.#groups.get(difference.signature) ?? { count: 0, examples: [] }
        this.#groups.set(difference.signature, group)
        group.count++
        if (group.examples.length < this.#show) group.examples.push({ seed, difference, ...(minimal && { minimal }) })
      }
    }
  }

  /** A case on which the process died or hung. Of the real engine that says nothing; of the other it is a difference. */
  crash(seed: number, text: string, phase: Phase): void {
    if (phase === 'real') {
      this.#cases++
      this.#crashes.push(`seed ${seed}: ${text}`)
    } else {
      const difference = { step: 0, part: 'crash', real: 'ran', ours: text, signature: text } as const
      this.add(seed, { outcome: 'different', difference })
    }
  }

  print(): void {
    const seconds = (performance.now() - this.#started) / 1000
    for (const [signature, { count, examples }] of [...this.#groups].sort(([, a], [, b]) => b.count - a.count)) {
      console.log(`\n${count} × ${signature}`)
      for (const { seed, difference, minimal } of examples) {
        const shown = minimal?.difference ?? difference
        const [real, ours] = parting(shown.real, shown.ours)
        console.log(`  ${this.#category} seed ${seed}, step ${difference.step}${minimal ? ', shrunk' : ''}`)
        console.log(`  real:  ${real}\n  ours:  ${ours}`)
        if (minimal) console.log(`  case:  ${JSON.stringify(minimal.testCase)}`)
      }
    }
    for (const crash of this.#crashes.slice(0, 10)) console.log(`crash of the real engine: ${crash}`)
    const known = [...this.#known].map(([id, count]) => `${count} × ${id}`).join(', ')
    const valid = this.#answers ? ((100 * this.#errors) / this.#answers).toFixed(1) : '–'
    console.log(
      `${this.#category}: ${this.#cases} cases in ${seconds.toFixed(1)} s, ${this.different} different, ` +
        `${known || '0'} known, ${this.#crashes.length} crashes; ${valid} % of answers are errors`,
    )
  }
}
