/** What a member's page sends. */
export type Request =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'join' | 'leave'; readonly room: string }
  | { readonly type: 'say'; readonly room: string; readonly text: string }

/** What a page is told. */
export type Answer =
  | { readonly type: 'welcome'; readonly name: string }
  /** Every room with its size, at first and after each change. */
  | { readonly type: 'rooms'; readonly rooms: readonly { readonly name: string; readonly size: number }[] }
  | { readonly type: 'joined'; readonly room: string; readonly members: readonly string[] }
  | { readonly type: 'left'; readonly room: string }
  | { readonly type: 'message'; readonly room: string; readonly from: string; readonly text: string }
  /** Somebody came, went or was renamed. */
  | { readonly type: 'notice'; readonly room: string; readonly text: string }
  | { readonly type: 'error'; readonly text: string }

const fields: Readonly<Record<Request['type'], readonly string[]>> = {
  name: ['name'],
  join: ['room'],
  leave: ['room'],
  say: ['room', 'text'],
}

/** Reads a page's message; undefined when it is none. */
export function parseRequest(data: string | Uint8Array): Request | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const request: Record<string, unknown> = JSON.parse(data)
    const wanted = Object.entries(fields).find(([type]) => type === request['type'])?.[1]
    return wanted?.every((name) => typeof request[name] === 'string') ? (request as unknown as Request) : undefined
  } catch {
    return undefined
  }
}
