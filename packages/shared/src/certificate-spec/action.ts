import * as v from 'valibot'

const unit = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,239}\.(service|socket|target|path|timer)$/,
    'is not a systemd unit',
  ),
)

/** What to do once bytes on disk have changed. A command is an argument vector, never a shell string. */
export const actionSchema = v.union(
  [
    v.strictObject({ reload: unit }),
    v.strictObject({ restart: unit }),
    v.strictObject({ command: v.pipe(v.array(v.string()), v.minLength(1)) }),
  ],
  'is not an action (restart: UNIT, reload: UNIT, or command: [PROGRAM, ARGUMENT…])',
)

export type Action = v.InferOutput<typeof actionSchema>

/** Actions by what changed; `key` includes a new certificate for it, `config` is any other file. */
export const actionsSchema = v.strictObject({
  leaf: v.optional(v.array(actionSchema)),
  key: v.optional(v.array(actionSchema)),
  bundle: v.optional(v.array(actionSchema)),
  config: v.optional(v.array(actionSchema)),
})

/** The same for equal actions: what several certificates share is done once. */
export const actionKey = (action: Action): string => JSON.stringify(action)

export const describeAction = (action: Action): string => {
  if ('reload' in action) return `reload ${action.reload}`
  if ('restart' in action) return `restart ${action.restart}`
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
