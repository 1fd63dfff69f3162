import type * as v from 'valibot'

/** A path of keys as valibot carries it, with the values on its way. */
export const issuePath = (
  value: unknown,
  keys: readonly (string | number)[],
): [v.IssuePathItem, ...v.IssuePathItem[]] => {
  const [key = '', ...rest] = keys
  const inner = (value as Readonly<Record<string, unknown>> | undefined)?.[key]
  const item: v.UnknownPathItem = {
    type: 'unknown',
    origin: 'value',
    input: value,
    key,
    value: inner,
  }
  return rest.length === 0 ? [item] : [item, ...issuePath(inner, rest)]
}
