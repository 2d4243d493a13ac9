import { type Snippet, snippetsOf } from './snippets.js'

/** The README's whole programs, one for each framework. */
export function quickStarts(): (Snippet & { framework: string })[] {
  return snippetsOf('README.md').flatMap((snippet) => {
    const framework = /'@tablecast\/adapter-(\w+)'/.exec(snippet.text)?.[1]
    return framework !== undefined && snippet.text.includes('8080') ? [{ ...snippet, framework }] : []
  })
}
