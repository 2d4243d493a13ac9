/** A replacement as texts and group numbers, or null when it is malformed or names a group that is not there. */
export function parseReplacement(text: string, groups: number): (string | number)[] | null {
  const parts: (string | number)[] = []
  let plain = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char !== '\\') {
      plain += char
      continue
    }
    const next = text[++i]
    if (next === '\\') {
      plain += '\\'
    } else if (next !== undefined && next >= '0' && next <= '9') {
      if (Number(next) > groups) return null
      parts.push(plain, Number(next))
      plain = ''
    } else {
      return null
    }
  }
  parts.push(plain)
  return parts
}
