import * as v from 'valibot'
import { leasedComponentSchema } from '../restart-lease/index.ts'
import { absolutePath } from './specified-file.ts'
import { changeSchema } from './change.ts'

/** A name without a dot is that of a service, as it is to systemctl. */
const unit = v.pipe(
  v.string(),
  v.transform((name) => (name.includes('.') ? name : `${name}.service`)),
  v.regex(
    /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,239}\.(service|socket|target|path|timer)$/,
    'is not a systemd unit',
  ),
)

/** Whoever has the URL of a hook may see it in a log or a status: it must hold no password. */
const isHookUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return /^https?:$/.test(protocol) && [username, password, hash].every((part) => part === '')
}

const hookUrl = v.pipe(
  v.string(),
  v.maxLength(2048),
  v.check(isHookUrl, 'is not an http or https URL without a user, a password and a fragment'),
)

/** Requests that programs take as "read your files again" or, for a supervised one, as "end". */
const SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGTERM'] as const

/** Left out, it is true: what somebody stopped, or has not started yet, stays so. */
const onlyIfRunning = v.optional(v.boolean())
/** Whose lease it needs; etcd's and kube-apiserver's units need theirs without a word. */
const lease = v.optional(leasedComponentSchema)
const command = v.pipe(v.array(v.string()), v.minLength(1))
/** For a hook whose certificate no public CA has signed. */
const caFile = v.optional(absolutePath)

const WRONG =
  'is not an action (restart: UNIT, reload: UNIT, signal: SIGNAL with pidFile: FILE, http: URL, or command: [PROGRAM, ARGUMENT…])'

const ofProcesses = [
  v.strictObject({ reload: unit, onlyIfRunning }),
  v.strictObject({ restart: unit, onlyIfRunning, lease }),
  v.strictObject({ signal: v.picklist(SIGNALS), pidFile: absolutePath, onlyIfRunning, lease }),
] as const

/** What to do once bytes on disk have changed. A command is an argument vector, never a shell string. */
export const actionSchema = v.union(
  [...ofProcesses, v.strictObject({ http: hookUrl, caFile }), v.strictObject({ command, lease })],
  WRONG,
)

const change = v.optional(changeSchema)

/** Service managers that a spec of the old certmgr may name, whatever the configuration has. */
const manager = v.picklist(['systemd', 'openrc', 'sysv', 'circus'])
export type ServiceManagerKind = v.InferOutput<typeof manager>
const byManager = [
  v.strictObject({ reload: unit, onlyIfRunning, manager }),
  v.strictObject({ restart: unit, onlyIfRunning, manager }),
] as const

/** An action that a change demands: those that are told of the change carry it, and differ by it. */
export const demandedActionSchema = v.union(
  [
    ...byManager,
    ...ofProcesses,
    v.strictObject({ http: hookUrl, caFile, change }),
    v.strictObject({ command, lease, change }),
  ],
  WRONG,
)

export type Action = v.InferOutput<typeof demandedActionSchema>

/** Actions by what changed; `key` includes a new certificate for it, `config` is any other file. */
export const actionsSchema = v.strictObject({
  leaf: v.optional(v.array(actionSchema)),
  key: v.optional(v.array(actionSchema)),
  bundle: v.optional(v.array(actionSchema)),
  config: v.optional(v.array(actionSchema)),
})

/** The same for equal actions: what several certificates share is done once. */
export const actionKey = (action: Action): string =>
  JSON.stringify(action, (name, value: unknown) =>
    name === 'onlyIfRunning' && value === true ? undefined : value,
  )

/** In words, without arguments and the path of a URL, which may be secrets. */
export const describeAction = (action: Action): string => {
  if ('reload' in action) return `reload ${action.reload}`
  if ('restart' in action) return `restart ${action.restart}`
  if ('signal' in action) return `send ${action.signal} by ${action.pidFile}`
  if ('http' in action) return `post to ${new URL(action.http).origin}`
  return `run ${action.command[0] ?? ''}`
}

/** Each action once, in order; a restart of a unit makes a reload of it needless. */
export const mergeActions = (actions: readonly Action[]): Action[] => {
  const restarted = new Set(
    actions.flatMap((action) => ('restart' in action ? [action.restart] : [])),
  )
  const needed = actions.filter((action) => !('reload' in action && restarted.has(action.reload)))
  return [...new Map(needed.map((action) => [actionKey(action), action])).values()]
}
