/** A line of a plot: its points' x and y. */
export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

const WIDTH = 360
const HEIGHT = 260
const LEFT = 50
const RIGHT = 12
const TOP = 34
const BOTTOM = 62
const COLORS = ['#0b62a4', '#c2410c', '#4d7c0f', '#7e22ce']

/** Plots side by side as one SVG, both axes logarithmic and alike in steps: what costs in proportion rises diagonally. */
export function plots(
  name: string,
  all: readonly { title: string; xLabel: string; yLabel: string; lines: readonly Line[] }[],
): string {
  const parts = all.map((each, at) => `<g transform="translate(${at * WIDTH},0)">${plot(each)}</g>`)
  const size = `width="${WIDTH * all.length}" height="${HEIGHT}" viewBox="0 0 ${WIDTH * all.length} ${HEIGHT}"`
  const style = 'font-family="sans-serif" font-size="11" fill="#222"'
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}><title>${name}</title><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`
}

function plot({
  title,
  xLabel,
  yLabel,
  lines,
}: {
  title: string
  xLabel: string
  yLabel: string
  lines: readonly Line[]
}) {
  const points = lines.flatMap((line) => line.points)
  const x = axis(
    points.map((point) => point[0]),
    LEFT,
    WIDTH - RIGHT,
  )
  const y = axis(
    points.map((point) => point[1]),
    HEIGHT - BOTTOM,
    TOP,
  )
  const parts = [`<text x="${LEFT}" y="16" font-weight="bold">${title}</text>`]
  for (const power of x.powers) {
    parts.push(stroke(x.at(10 ** power), TOP, x.at(10 ** power), HEIGHT - BOTTOM, '#ddd'))
    parts.push(`<text x="${x.at(10 ** power)}" y="${HEIGHT - BOTTOM + 14}" text-anchor="middle">${label(power)}</text>`)
  }
  for (const power of y.powers) {
    parts.push(stroke(LEFT, y.at(10 ** power), WIDTH - RIGHT, y.at(10 ** power), '#ddd'))
    parts.push(`<text x="${LEFT - 5}" y="${y.at(10 ** power) + 4}" text-anchor="end">${label(power)}</text>`)
  }
  parts.push(`<text x="${LEFT}" y="${TOP - 5}" fill="#666">${yLabel}</text>`)
  parts.push(`<text x="${WIDTH - RIGHT}" y="${HEIGHT - BOTTOM + 28}" text-anchor="end" fill="#666">${xLabel}</text>`)
  lines.forEach((line, at) => {
    const color = COLORS[at % COLORS.length]!
    const places = line.points.map((point) => [x.at(point[0]), y.at(point[1])] as const)
    parts.push(
      `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    )
    for (const [cx, cy] of places) parts.push(`<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`)
    parts.push(`<text x="${LEFT + at * 150}" y="${HEIGHT - 12}" fill="${color}">${line.name}</text>`)
  })
  return parts.join('')
}

/** A logarithmic axis over whole powers of ten. */
function axis(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1)
  return {
    powers: Array.from({ length: high - low + 1 }, (_, i) => low + i),
    at: (value: number) => Math.round((from + ((Math.log10(value) - low) / (high - low)) * (to - from)) * 10) / 10,
  }
}

function stroke(x1: number, y1: number, x2: number, y2: number, color: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}"/>`
}

function label(power: number): string {
  return power < 0 ? (10 ** power).toFixed(-power) : (10 ** power).toLocaleString('en')
}
