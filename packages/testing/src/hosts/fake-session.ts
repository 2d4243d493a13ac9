import type { SendFrame, Session, SessionOptions, TableServer } from '@tablecast/gateway'

const idle: Session = {
  handle_request() {},
  poll() {},
  pause() {},
  resume() {},
  merged: 0,
  limited: 0,
  views: 0,
  close() {},
}

/** A table server whose sessions do what the test says, and otherwise nothing. */
export function fakeServer(begin: (send: SendFrame, options: SessionOptions) => Partial<Session>): TableServer {
  return {
    new_session(send, options = {}) {
      const session = begin(send, options)
      const missing = Object.entries(idle).filter(([name]) => !(name in session))
      return Object.assign(session, Object.fromEntries(missing)) as Session
    },
  }
}
