#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import type { ServicesFlags } from '@tablecast/services'
import { Command, InvalidArgumentError, Option } from 'commander'
import { serve } from './serve.js'
import { serveServices } from './services.js'
import { type Format, findSources, formats } from './sources.js'

interface ServeFlags {
  name?: string[]
  format?: Format
  index?: string
  limit?: number
  watch?: boolean
  host: string
  port: number
  open?: boolean
  editable?: boolean
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

const program = new Command('tablecast')
  .description('Live tables over WebSocket.')
  .version(version)
  .showHelpAfterError('(tablecast --help tells more)')

program
  .command('serve')
  .description('Serve files as live tables, with a page that shows them.')
  .argument(
    '<files...>',
    'CSV, NDJSON (.ndjson, .jsonl), JSON or Arrow (.arrow, .arrows, .feather); - is standard input',
  )
  .option('-n, --name <name>', "a table's name, once per file (default: the file's)", gather)
  .addOption(new Option('-f, --format <format>', 'what the files are, whatever they are called').choices(formats))
  .addOption(
    new Option('-i, --index <column>', 'a row with a known key in this column updates that row').conflicts('limit'),
  )
  .option('-l, --limit <rows>', 'keep so many rows: a new one then overwrites the oldest', whole(1, 2 ** 32 - 1))
  .option('-w, --watch', 'go on with the files: rows added to CSV and NDJSON tick, other files are read anew')
  .option('-p, --port <port>', '0 is any free one', whole(0, 65535), 8080)
  .option('--host <host>', 'address to listen at; 127.0.0.1 can be reached from this machine only', '127.0.0.1')
  .option('-o, --open', 'open the page in the browser')
  .option('--editable', 'everybody who can connect may change rows')
  .addOption(new Option('--read-only', 'nobody may (default)').conflicts('editable'))
  .action(
    (files: string[], { name = [], format, watch = false, open = false, editable = false, ...rest }: ServeFlags) =>
      serve(findSources(files, name, format), { watch, open, editable, ...rest }),
  )

program
  .command('services')
  .description('Serve a directory of WebSocket services: DIR/chat.js at /chat, DIR/chat/ws_service.js at /chat/.')
  .option('--root <dir>', 'the directory (default: ".")')
  .option('--host <host>', 'address to listen at (default: 127.0.0.1)')
  .option('--port <port>', '0 is any free one (default: 8080)')
  .option('--config <file>', 'JSON with root, host and port; a flag goes before it')
  .addHelpText('after', '\nCtrl-C ends every service, then the server. SIGHUP reloads the services.')
  .action((flags: ServicesFlags) => serveServices(flags))

function gather(value: string, before: string[] = []): string[] {
  return [...before, value]
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

program.parseAsync().catch((error: unknown) => {
  console.error(`tablecast: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})
