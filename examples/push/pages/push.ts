import { PushClient } from '@tablecast/push/client'

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T
const status = element<HTMLOutputElement>('status')

const query = new URLSearchParams(location.search)
const userid = query.get('userid') || 'ann'
const compid = query.get('compid') || 'left'
const users = ['ann', 'bob', 'cy']

const client = new PushClient(`${location.origin.replace('http', 'ws')}/socket`, {
  userid,
  compid,
  onMessage: (data) => log(typeof data === 'string' ? data : JSON.stringify(data)),
  onGap: () => log('· something may be missing here'),
  onPresence: (user, online) => {
    element(`user-${user}`).dataset['online'] = String(online)
    element(`user-${user}`).textContent = online ? `${user} ●` : user
  },
  onState: (state) => {
    status.value = state
    status.dataset['state'] = state === 'open' ? 'connected' : 'disconnected'
  },
})

// What is pushed is text, never markup.
function log(text: string): void {
  const item = document.createElement('li')
  item.textContent = text
  element('log').append(item)
  item.scrollIntoView()
}

element('who').textContent = `${userid} / ${compid}`
for (const user of users) {
  const link = document.createElement('a')
  link.id = `user-${user}`
  link.href = `?${new URLSearchParams({ userid: user, compid })}`
  link.target = '_blank'
  link.textContent = user
  element('users').append(link, ' ')
  client.watch(user)
}
for (const to of [...users, '']) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = to === '' ? 'Hello, everybody' : `Hello, ${to}`
  button.addEventListener('click', () => client.send({ to, text: button.textContent }))
  element('buttons').append(button)
}
const curl = 'curl -H "Authorization: Bearer $PUSH_TOKEN"'
// A quote in a name must not end the shell's.
const body = JSON.stringify({ userid, data: { price: 1.5 }, ttl: 600_000 }).replaceAll("'", '\\u0027')
element('curl').textContent = [
  `${curl} '${location.origin}/push?${new URLSearchParams({ userid, compid, message: 'for this tab' })}'`,
  `${curl} '${location.origin}/push?${new URLSearchParams({ userid, message: 'for all my tabs' })}'`,
  `${curl} '${location.origin}/pushtoall?message=for+everybody'`,
  `${curl} -H 'Content-Type: application/json' '${location.origin}/push' -d '${body}'`,
  `${curl} '${location.origin}/sessions'`,
].join('\n')
