import { isCancel, select, text } from '@clack/prompts'
import { type Framework, frameworks, hindrance } from './create.js'

const names: Readonly<Record<Framework, string>> = { fastify: 'Fastify', express: 'Express', koa: 'Koa' }

/** Asks for the folder; `undefined` when the question was refused. */
export async function askFolder(): Promise<string | undefined> {
  const folder = await text({
    message: 'Folder of the app?',
    placeholder: 'live-tables',
    defaultValue: 'live-tables',
    validate: (given) => hindrance(given === undefined || given === '' ? 'live-tables' : given),
  })
  return isCancel(folder) ? undefined : folder
}

/** Asks for the framework; `undefined` when the question was refused. */
export async function askFramework(): Promise<Framework | undefined> {
  const framework = await select<Framework>({
    message: 'On which framework?',
    options: frameworks.map((value) => ({ value, label: names[value] })),
  })
  return isCancel(framework) ? undefined : framework
}
