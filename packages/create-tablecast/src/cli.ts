#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { askFolder, askFramework } from './ask.js'
import { create, type Framework, frameworks, hindrance } from './create.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

new Command('create-tablecast')
  .description('Starts a live-tables app: a server, and pages with <perspective-viewer>. Asks for what is not given.')
  .version(version)
  .argument('[folder]', 'new folder of the app')
  .addOption(new Option('-f, --framework <name>').choices(frameworks))
  .showHelpAfterError('(--help tells more)')
  .action(async (folder: string | undefined, { framework }: { framework?: Framework }, command: Command) => {
    // Said before the next question.
    const problem = folder === undefined ? undefined : hindrance(folder)
    if (problem !== undefined) command.error(problem)
    if ((folder === undefined || framework === undefined) && !process.stdin.isTTY) {
      command.error('give a folder and --framework; questions are asked at a terminal only')
    }
    const where = folder ?? (await askFolder())
    const which = where === undefined ? undefined : (framework ?? (await askFramework()))
    if (where === undefined || which === undefined) process.exit(130)
    create(which, where)
    console.log(nextSteps(where))
  })
  .parseAsync()

function nextSteps(folder: string): string {
  const manager = /^(pnpm|yarn|bun)\//.exec(process.env['npm_config_user_agent'] ?? '')?.[1] ?? 'npm'
  const steps = [`${manager} install`, `${manager} run build`, `${manager} start`]
  if (folder !== '.') steps.unshift(`cd ${folder}`)
  return `\nReady. Now:\n\n${steps.map((step) => `  ${step}`).join('\n')}\n`
}
