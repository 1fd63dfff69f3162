import * as v from 'valibot'
import { COMPONENT_NAMES, NODE_ROLES } from '../component-name.ts'
import { address, host, nodeName } from './scalars.ts'

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const

// A qualified name of Kubernetes: an optional DNS prefix, and a name of at most 63 characters.
const qualifiedName = v.pipe(
  v.string(),
  v.maxLength(317),
  v.regex(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    'is not a key of Kubernetes such as example.net/role',
  ),
)
const labelValue = v.pipe(
  v.string(),
  v.regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, 'is not a value of a label'),
)

export const taint = v.strictObject({
  key: qualifiedName,
  value: v.optional(labelValue),
  effect: v.picklist(TAINT_EFFECTS, `is not one of ${TAINT_EFFECTS.join(', ')}`),
})

export const componentSwitches = v.strictObject(
  v.entriesFromList(COMPONENT_NAMES, v.optional(v.boolean())),
)

export const nodeSection = v.strictObject({
  name: nodeName,
  roles: v.optional(v.pipe(v.array(v.picklist(NODE_ROLES)), v.maxLength(2)), []),
  /** The first one is the node's own; it is dialled by others. */
  addresses: v.optional(v.pipe(v.array(address), v.maxLength(16)), []),
  /** Further DNS names and addresses in its serving certificates. */
  names: v.optional(v.pipe(v.array(host), v.maxLength(16)), []),
  components: v.optional(componentSwitches, {}),
  taints: v.optional(v.pipe(v.array(taint), v.maxLength(64)), []),
  labels: v.optional(v.record(qualifiedName, labelValue), {}),
  unschedulable: v.optional(v.boolean(), false),
})
